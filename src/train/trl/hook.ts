/**
 * What TRL's command line cannot be told. It takes `resume_from_checkpoint` and does nothing with it, and it draws the
 * adapters' first weights before it sets the seed. Python imports a module of the name below when it starts, in every
 * process of the training, and so the Trainer is told.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { FoundCheckpoint } from './checkpoint.ts';

const module = `# Written by juxta: sets the seed before the adapters are made, and goes on from a checkpoint.
import importlib.abc
import importlib.util
import os
import sys


class Hook(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "transformers.trainer":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_patch(module):
            execute(module)
            module.set_seed(int(os.environ["JUXTA_SEED"]))
            checkpoint = os.environ.get("JUXTA_CHECKPOINT")
            if checkpoint:
                train = module.Trainer.train
                module.Trainer.train = lambda trainer, *_, **__: train(
                    trainer, resume_from_checkpoint=checkpoint
                )

        spec.loader.exec_module = execute_and_patch
        return spec


if "JUXTA_SEED" in os.environ:
    sys.meta_path.insert(0, Hook())
`;

/** Writes the module to a folder. @returns the environment in which TRL minds it */
export const hookedEnvironment = async (
  folder: string,
  seed: number,
  checkpoint: FoundCheckpoint | undefined,
): Promise<Readonly<Record<string, string>>> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sitecustomize.py'), module);
  const { PYTHONPATH } = process.env;
  return {
    JUXTA_SEED: String(seed),
    PYTHONPATH: PYTHONPATH ? `${folder}${delimiter}${PYTHONPATH}` : folder,
    ...(checkpoint && { JUXTA_CHECKPOINT: checkpoint.path }),
  };
};
