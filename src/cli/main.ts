import { runProgram } from './program.ts';
import { outliveReaders } from './terminal/terminal.ts';

outliveReaders();
await runProgram(process.argv.slice(2));
