/** For tests: bytes that no client library would send, and what comes back for them. */
import { connect } from 'node:net';

export interface Exchange {
  /** How many answers to wait for; after them the connection is closed. None: the server is given a moment. */
  readonly answers?: number;
  /** Ends our side after the last byte, and goes on reading until the server closes. */
  readonly halfClose?: boolean;
  /** Breaks the connection off after the last byte. */
  readonly abort?: boolean;
}

/** Sends bytes as they are, and gives all that was answered. */
export const exchange = (
  url: string,
  bytes: string | Uint8Array,
  { answers = 0, halfClose = false, abort = false }: Exchange = {},
): Promise<string> =>
  new Promise(resolve => {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    let answer = '';
    if (answers === 0) socket.setTimeout(200, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      if (answers > 0 && statusesIn(answer).length >= answers) socket.end();
    });
    // What a broken connection means is for the test to say.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer));
    socket.write(bytes, () => {
      if (abort) socket.resetAndDestroy();
      else if (halfClose) socket.end();
    });
  });

/** The status of each answer in a connection's bytes. */
export const statusesIn = (answer: string): readonly number[] =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));
