import { writeStarter } from '../../environments/starter.ts';
import type { Action } from '../commands/command.ts';
import type { Options } from '../commands/init.ts';
import { placeOf, say } from '../terminal/terminal.ts';

export const action: Action<Options> = async (_, { arguments: [folder = '.'] }) => {
  const starter = writeStarter(folder);
  const place = placeOf(starter.folder);
  say(`${starter.written.join(', ')} written${place === '' ? '' : ` to ${place}`}`);
  if (starter.keptManifest) say('your package.json was left as it is: npm install juxta zod');
  say(
    `next: ${place === '' ? '' : `cd ${place} && `}${starter.keptManifest ? '' : 'npm install && '}npx juxta check`,
  );
  return starter;
};
