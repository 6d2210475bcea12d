/** What the package says of itself. `package.json` lies two folders above, both of the sources and of what is published. */
import { readFileSync } from 'node:fs';

interface PackageInfo {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** Our own file, so it is taken as it is: whoever asks for the version waits for no parser. */
export const packageInfo = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as PackageInfo;
