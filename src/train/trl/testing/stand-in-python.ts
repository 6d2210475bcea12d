/** Stands in for Python in tests of merging: takes `-c PROGRAM ADAPTER OUTPUT` and writes a model's config. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , flag, program, adapter, output] = process.argv;
if (flag !== '-c' || !program?.includes('merge_and_unload')) process.exit(2);
const { base_model_name_or_path } = JSON.parse(readFileSync(join(adapter!, 'adapter_config.json'), 'utf8'));
mkdirSync(output!);
writeFileSync(join(output!, 'config.json'), JSON.stringify({ _name_or_path: base_model_name_or_path }));
