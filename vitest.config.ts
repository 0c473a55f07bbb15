import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{shared,device,cloud,provisioning}/src/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
