/** What other programs may import from `juxta`. */
export { defineConfig, type JuxtaConfig } from './cli/options/config.ts';
