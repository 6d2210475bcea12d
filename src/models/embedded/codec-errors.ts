import { JuxtaError } from '../../base/errors.ts';

/** A dialogue that the embedded model's small vocabulary cannot write down. */
export class CodecError extends JuxtaError {
  override readonly name: string = 'CodecError';
}

/** A tool, or a parameter or result field of one, that the vocabulary lacks: the model was not trained for it. */
export class UnknownToolError extends CodecError {
  override readonly name = 'UnknownToolError';
  constructor(tool: string, part?: string) {
    const what =
      part === undefined ? `the tool ${JSON.stringify(tool)}` : `${part} of the tool ${JSON.stringify(tool)}`;
    super('unknown-tool', `the embedded model's vocabulary has no word for ${what}`, {
      hint: 'use an environment that the model was pre-trained for, or pre-train one with this vocabulary',
    });
  }
}

/** A dialogue without a message that the model reads: it does not read the system's. */
export class NoMessageError extends CodecError {
  override readonly name = 'NoMessageError';
  constructor() {
    super('no-message', 'there is no message to answer');
  }
}

/** A tool call whose arguments are not the JSON text of an object. */
export class BadArgumentsError extends CodecError {
  override readonly name = 'BadArgumentsError';
  constructor(tool: string, text: string) {
    super('bad-arguments', `the arguments of a call of ${tool} are not a JSON object: ${text.slice(0, 80)}`);
  }
}

/** A dialogue with more different names and numbers than the vocabulary has slots. */
export class TooManyUnknownWordsError extends CodecError {
  override readonly name = 'TooManyUnknownWordsError';
  constructor(slots: number, text: string) {
    super(
      'too-many-unknown-words',
      `all ${slots} slots of the dialogue are taken, none is left for ${JSON.stringify(text)}`,
      {
        hint: 'shorten the conversation, or pre-train a model with more slots',
      },
    );
  }
}
