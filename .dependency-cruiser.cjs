// @ts-check
/*
 * The direction of imports: main.ts → drivers → ports → shared, and main.ts → roles, box → core → ports → shared.
 * provisioning/src/setup/architecture.test.ts shows that each rule bites.
 */

/** Code that only tests run: suites, their helpers, and the contract suites beside the drivers they hold to account. */
const testCode = ['\\.test\\.ts$', '/testing/', '/drivers/.*-contract\\.ts$'];
/** The browser's side of a page, served as it stands. */
const browserCode = '^(device|cloud|shared)/src/.*/?web/.*\\.js$';
const product = '^(device|cloud|shared)/src/';

/** Built-in modules that compute and do nothing else. */
const computingBuiltins = '^(node:)?(assert|buffer|crypto|querystring|string_decoder|url|util)$';
const packageTypes = [
  'npm',
  'npm-dev',
  'npm-optional',
  'npm-peer',
  'npm-bundled',
  'npm-no-pkg',
  'npm-unknown',
  'deprecated',
];

/** The technician's check of a box: it opens the box's own instruments, so it takes their drivers as main.ts does. */
const doctor = '^device/src/doctor/main\\.ts$';
/** The box's command, whose parts are programs. */
const boxCommand = '^device/src/scanpay-device\\.ts$';
/** Enrolment by command line, a program of its own. */
const enrolment = '^device/src/enrol/main\\.ts$';
/** The end of a box, and what root does for it on the boot partition: programs of their own. */
const retirement = '^device/src/(retire|boot)/main\\.ts$';
/** Part of the box's own main.ts: the settings, and what is told of the machine. */
const fleet = '^device/src/fleet/pick-drivers\\.ts$';
/** Parts of main.ts that stand apart: they pick drivers as it does, some for other programs that hold a box's instruments, too. */
const pickers = '^(device/src/(pick-instruments|set-up-box)|cloud/src/roles/operator/pick-drivers)\\.ts$';
/** The cloud's command, whose parts are programs. */
const cloudCommand = '^cloud/src/scanpay-cloud\\.ts$';
/** The updater, a process beside the box. */
const updater = '^device/src/updater/main\\.ts$';
/** The auditor's check of the books: it opens the companies' databases itself. */
const verify = '^cloud/src/verify/(main|open-books|audit-books)\\.ts$';
/** What a password becomes in the configuration: a program of its own, too. */
const staffCommand = '^cloud/src/staff/main\\.ts$';
/** Where programs start: the box, its check, the cloud, each company of it, and the check of the books. */
const entries = [
  '^(device|cloud)/src/main\\.ts$',
  doctor,
  enrolment,
  retirement,
  updater,
  verify,
  staffCommand,
  '^cloud/src/roles/(operator|pg|card)/main\\.ts$',
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'device-and-cloud-apart',
      comment: 'Box and cloud meet on the wire only; what both must know is in shared.',
      severity: 'error',
      from: { path: '^(device|cloud)/' },
      to: { path: '^(device|cloud)/', pathNot: '^$1/' },
    },
    {
      name: 'shared-stands-alone',
      comment: 'shared is what device and cloud agree on: it knows neither.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(device|cloud|provisioning)/' },
    },
    {
      name: 'product-without-provisioning',
      comment: 'Demo, bench and set-up use the product, not the other way round.',
      severity: 'error',
      from: { path: '^(device|cloud)/' },
      to: { path: '^provisioning/' },
    },
    {
      name: 'only-main-names-drivers',
      comment: 'main.ts (the program’s, and each company’s own) picks the drivers; everything else speaks to ports.',
      severity: 'error',
      from: {
        path: '^(device|cloud)/src/',
        pathNot: [...entries, fleet, pickers, '^(device|cloud)/src/drivers/', ...testCode],
      },
      to: { path: '^(device|cloud)/src/drivers/' },
    },
    {
      name: 'drivers-apart',
      comment: 'A driver knows its own folder and drivers/common, not another driver.',
      severity: 'error',
      from: { path: '^(device|cloud)/src/drivers/([^/]+)/', pathNot: testCode },
      to: { path: '^(device|cloud)/src/drivers/', pathNot: '^$1/src/drivers/($2|common)/' },
    },
    {
      name: 'drivers-know-only-ports',
      comment: 'A driver carries out what a port says; decisions are made in the core, the roles and the box.',
      severity: 'error',
      from: { path: '^(device|cloud)/src/drivers/', pathNot: testCode },
      to: { path: '^(device|cloud)/src/', pathNot: ['^(device|cloud)/src/(drivers|ports)/', ...testCode] },
    },
    {
      name: 'ports-know-only-ports',
      comment: 'A port is a promise in words of shared; whoever keeps or uses it comes later.',
      severity: 'error',
      from: { path: '^(device|cloud)/src/ports/', pathNot: testCode },
      to: { path: '^(device|cloud)/src/', pathNot: ['^(device|cloud)/src/ports/', ...testCode] },
    },
    {
      name: 'core-knows-only-core-and-ports',
      severity: 'error',
      from: { path: '^(device|cloud)/src/core/', pathNot: testCode },
      to: { path: '^(device|cloud)/src/', pathNot: ['^(device|cloud)/src/(core|ports)/', ...testCode] },
    },
    {
      name: 'core-without-builtins',
      comment: 'The core is pure. Types of built-in modules may be named, their code may not be called.',
      severity: 'error',
      from: { path: '^(device|cloud)/src/core/', pathNot: testCode },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'core-without-packages',
      comment: 'The core is pure; typebox only describes data.',
      severity: 'error',
      from: { path: '^(device|cloud)/src/core/', pathNot: testCode },
      to: { dependencyTypes: packageTypes, pathNot: '^node_modules/typebox/' },
    },
    {
      name: 'contracts-without-io',
      comment:
        'The core may name ports and shared because they do no I/O: a built-in that computes, or only its types.',
      severity: 'error',
      from: {
        path: ['^shared/src/', '^(device|cloud)/src/ports/'],
        pathNot: ['^shared/src/system/', ...testCode],
      },
      to: { dependencyTypes: ['core'], dependencyTypesNot: ['type-only'], pathNot: computingBuiltins },
    },
    {
      name: 'contracts-without-packages',
      comment:
        'Packages that only describe, encode, sign or number; whatever opens a socket or a file belongs elsewhere.',
      severity: 'error',
      from: {
        path: ['^shared/src/', '^(device|cloud)/src/ports/'],
        pathNot: ['^shared/src/system/', ...testCode],
      },
      to: { dependencyTypes: packageTypes, pathNot: '^node_modules/(typebox|uuid|jose|cborg)/' },
    },
    {
      name: 'system-is-injected',
      comment:
        'shared/src/system holds what really does something (the clock, a connection): others get it as an argument.',
      severity: 'error',
      from: {
        path: ['^shared/src/', '^(device|cloud)/src/(core|ports|roles)/'],
        pathNot: ['^shared/src/system/', ...testCode],
      },
      to: { path: '^shared/src/system/' },
    },
    {
      name: 'companies-apart',
      comment: 'Operator, PG and card company are different firms: they speak by HTTP through ports, not by import.',
      severity: 'error',
      from: { path: '^cloud/src/roles/(operator|pg|card)/', pathNot: testCode },
      to: { path: '^cloud/src/roles/(operator|pg|card)/', pathNot: '^cloud/src/roles/$1/' },
    },
    {
      name: 'nobody-imports-main',
      comment:
        'main.ts is where a program starts; only tests and the demo start programs. The doctor borrows the choice of drivers.',
      severity: 'error',
      from: {
        path: product,
        pathNot: ['^cloud/src/main\\.ts$', doctor, boxCommand, cloudCommand, verify, ...testCode],
      },
      to: { path: entries },
    },
    {
      name: 'browser-code-apart',
      comment: 'A browser loads these files as they stand: no packages, no built-ins, nothing outside the web folder.',
      severity: 'error',
      from: { path: browserCode },
      to: { pathNot: '/web/.*\\.js$' },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'The demo may: it runs on the same emulators as the tests.',
      severity: 'error',
      from: { path: product, pathNot: testCode },
      to: { path: testCode },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'What two tests share goes into a testing folder.',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'no-dev-packages-in-production',
      comment: 'A box is installed without devDependencies.',
      severity: 'error',
      from: { path: product, pathNot: testCode },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'Name the package in the package.json of the workspace that uses it.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file nobody imports and that imports nothing is dead, or should be an entry point.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '/main\\.ts$',
          ...testCode,
          browserCode,
          '^provisioning/src/demo/web/',
          '\\.d\\.ts$',
          '^vitest\\.config\\.ts$',
          '^[^/]+\\.cjs$',
        ],
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.(json|css|html|svg|png|wasm|ttf)$' },
    moduleSystems: ['es6', 'cjs'],
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
