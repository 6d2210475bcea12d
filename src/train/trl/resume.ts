/** Going on from TRL's last checkpoint. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export interface FoundCheckpoint {
  readonly path: string;
  /** Updates that were made before it. */
  readonly step: number;
}

/** The last checkpoint in TRL's output folder that is whole: a process that was killed may leave a part of one. */
export const lastCheckpoint = async (output: string): Promise<FoundCheckpoint | undefined> => {
  const names = await readdir(output).catch(() => []);
  const steps = names.flatMap(name => /^checkpoint-(\d+)$/.exec(name)?.[1] ?? []).map(Number);
  for (const step of steps.sort((a, b) => b - a)) {
    const path = join(output, `checkpoint-${step}`);
    if (await isWhole(path, step)) return { path, step };
  }
  return undefined;
};

/** The Trainer writes the weights first and its state last. */
const isWhole = async (path: string, step: number): Promise<boolean> => {
  try {
    const state = JSON.parse(await readFile(join(path, 'trainer_state.json'), 'utf8')) as {
      global_step?: unknown;
    };
    return state.global_step === step;
  } catch {
    return false;
  }
};

/**
 * TRL's command line cannot resume: it takes `resume_from_checkpoint` and does nothing with it. Python imports a module
 * of this name when it starts, in every process of the training, and so the Trainer is told.
 */
const module = `# Written by juxta: makes the Trainer go on from a checkpoint.
import importlib.abc
import importlib.util
import os
import sys


class Resume(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name != "transformers.trainer":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def execute_and_patch(module):
            execute(module)
            train = module.Trainer.train
            checkpoint = os.environ["JUXTA_CHECKPOINT"]
            module.Trainer.train = lambda trainer, *_, **__: train(trainer, resume_from_checkpoint=checkpoint)

        spec.loader.exec_module = execute_and_patch
        return spec


sys.meta_path.insert(0, Resume())
`;

/** Writes the module to a folder. @returns the environment in which TRL goes on from the checkpoint */
export const resumingEnvironment = async (
  folder: string,
  checkpoint: FoundCheckpoint,
): Promise<Readonly<Record<string, string>>> => {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'sitecustomize.py'), module);
  const { PYTHONPATH } = process.env;
  return {
    JUXTA_CHECKPOINT: checkpoint.path,
    PYTHONPATH: PYTHONPATH ? `${folder}${delimiter}${PYTHONPATH}` : folder,
  };
};
