import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { collect, createFakeCheckout, lockOf } from './testing/fake-checkout.ts';

const printArgs = 'console.log(process.env.PINNED, process.argv.slice(2).join());\n';

describe('setting a checkout up', () => {
  it('installs, compiles epoll against the pinned headers, then does nothing more', async () => {
    const checkout = createFakeCheckout();
    expect(await checkout.run()).toMatchObject({ code: 0 });
    expect(checkout.npmCalls()).toEqual([expect.stringMatching(/^ci --ignore-scripts /)]);
    const headers = checkout.path(`node_modules/node-linux-${process.arch}/include/node`);
    expect(checkout.compilerCalls()).toEqual([expect.stringContaining(` -I${headers} `)]);
    expect(await checkout.run()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect([...checkout.npmCalls(), ...checkout.compilerCalls()]).toHaveLength(2);
  });

  it('installs again when the lock file asks for something else', async () => {
    const checkout = createFakeCheckout();
    await checkout.run();
    writeFileSync(checkout.path('package-lock.json'), lockOf('2.0.0'));
    await checkout.run();
    expect(checkout.npmCalls().filter((call) => call.startsWith('ci'))).toHaveLength(2);
  });

  it('does not install again after an npm install that changed both', async () => {
    const checkout = createFakeCheckout();
    await checkout.run();
    writeFileSync(checkout.path('package-lock.json'), lockOf('2.0.0'));
    writeFileSync(checkout.path('node_modules/.package-lock.json'), lockOf('2.0.0'));
    expect(await checkout.run()).toMatchObject({ code: 0, stderr: '' });
    expect(checkout.npmCalls()).toHaveLength(1);
  });

  it('runs the script with the pinned Node and its arguments, and ends as it ends', async () => {
    const checkout = createFakeCheckout();
    writeFileSync(checkout.path('script.ts'), `${printArgs}process.exitCode = 7 as number;\n`);
    const { code, stdout } = await checkout.run('script.ts', 'one', '--two');
    expect(code).toBe(7);
    expect(stdout).toBe('yes one,--two\n');
  });

  it('hands a signal on to the script', async () => {
    const checkout = createFakeCheckout();
    writeFileSync(
      checkout.path('script.ts'),
      `process.on('SIGTERM', () => process.exit(9));\nsetInterval(String, 1000);\nconsole.log('up');\n`,
    );
    const child = checkout.start('script.ts');
    const ended = collect(child);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect((await ended).code).toBe(9);
  });

  it('goes on without epoll where there is no compiler, and says so in one line', async () => {
    const checkout = createFakeCheckout({ CXX: '', PATH: '/nowhere' });
    writeFileSync(checkout.path('script.ts'), printArgs);
    await checkout.run();
    const { code, stderr, stdout } = await checkout.run('script.ts', 'on');
    expect(code).toBe(0);
    expect(stdout).toContain(' on\n');
    expect(stderr).toBe(
      'scanpay: no C++ compiler here (apt-get install g++), so ' +
        'the onoff light driver will not be available; the other light drivers are\n',
    );
  });

  it('goes on when compiling epoll fails, and does not try again on its own', async () => {
    const checkout = createFakeCheckout();
    writeFileSync(checkout.path('compiler-fails'), '');
    expect(await checkout.run()).toMatchObject({ code: 0, stderr: expect.stringContaining('no such header') });
    expect(await checkout.run()).toMatchObject({ code: 0, stderr: expect.stringContaining('could not be compiled') });
    expect(checkout.compilerCalls()).toHaveLength(1);
  });

  it('stops when the dependencies cannot be installed', async () => {
    const checkout = createFakeCheckout();
    writeFileSync(checkout.path('npm-fails-at-ci'), '');
    writeFileSync(checkout.path('script.ts'), printArgs);
    expect(await checkout.run('script.ts')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('set-up failed: npm ci failed with exit code 1'),
    });
  });

  it('installs once when started twice at a time, and takes over a lock whose owner is gone', async () => {
    const checkout = createFakeCheckout();
    await checkout.run();
    mkdirSync(checkout.path('.cache'), { recursive: true });
    // The largest process id Linux allows is 2^22.
    writeFileSync(checkout.path('.cache/setup.lock'), String(2 ** 22 + 1));
    writeFileSync(checkout.path('package-lock.json'), lockOf('2.0.0'));
    await Promise.all([checkout.run(), checkout.run()]);
    expect(checkout.npmCalls().filter((call) => call.startsWith('ci'))).toHaveLength(2);
  });
});
