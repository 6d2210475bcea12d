import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Message, toolCall } from '../../dialogue/message.ts';
import { createCodec, slotSeedOf, TooManyUnknownWordsError, UnknownToolError } from './codec.ts';
import { spec, tools } from './test-vocabulary.ts';

const codec = createCodec(spec);
const { vocabulary } = codec;
const user = (content: string): Message => ({ role: 'user', content });
const says = (content: string): Message => ({ role: 'assistant', content });
const calls = (name: string, args: object): Message => ({
  role: 'assistant',
  tool_calls: [toolCall('c', name, JSON.stringify(args))],
});
const results = (content: string): Message => ({ role: 'tool', tool_call_id: 'c', content });

const encode = (messages: readonly Message[], slotSeed = 1) => codec.encode(messages, { tools, slotSeed });
/** The tokens of a dialogue in letters; a slot is its value in brackets. */
const written = (...messages: readonly Message[]): string => {
  const { tokens, dialogue } = encode(messages);
  const spell = (token: number): string =>
    vocabulary.spelling(token) ?? `[${dialogue.values.find(value => value.token === token)?.text}]`;
  return Array.from(tokens, spell).join(' ');
};

describe('the codec', () => {
  it('takes a name that is announced and written small as one value, links and repeats included', () => {
    assert.equal(
      written(user('a hotel called the quay at quay lodge, please.')),
      '<user> a hotel called [the quay at quay lodge] , please . <end>',
    );
    assert.equal(
      written(user('a hotel called quay in the north.')),
      '<user> a hotel called [quay] in the north . <end>',
    );
  });

  it('writes speeches, calls and results in one append-only form', () => {
    assert.equal(
      written(
        { role: 'system', content: 'be kind' },
        user('I need a hotel in the North, please.'),
        calls('search_hotel', { area: 'north', stars: 4 }),
        results('[{"name": "Home From Home", "phone": "01223 1"}]'),
        says('I found Home From Home.'),
      ),
      '<user> i need a hotel in the north , please . <end> ' +
        '<call> search_hotel area= north stars= 4 <end> ' +
        '<result> name= [Home From Home] <end> <say> i found [Home From Home] . <end>',
    );
  });

  it('marks as the agent’s what the assistant wrote, and counts tokens after each message', () => {
    const { agent, ends, tokens } = encode([user('a hotel'), says('which area?'), user('north')]);
    assert.equal([...agent].join(''), '000011111000');
    assert.deepEqual([...ends], [4, 9, 12]);
    assert.equal(tokens.length, 12);
  });

  it('makes one value of a name in capitals inside a sentence, of closed words too', () => {
    assert.equal(
      written(
        user(
          'From London Kings Cross to Old Mill House at 11:45 on Monday in the North serving Modern European food',
        ),
      ),
      '<user> from [London Kings Cross] to [Old Mill House] at [11:45] on monday in the north serving [Modern European] food <end>',
    );
  });

  it('takes a capitalised word at the start of a sentence for an ordinary one', () => {
    assert.equal(
      written(user('Book it. Park in Oz! Home please')),
      '<user> book it . park in [Oz] ! home please <end>',
    );
  });

  it('merges a run of unknown words, keeps known values together in any case, and leaves out odd marks', () => {
    assert.equal(
      written(
        user('a xyl fizzbuzz hotel “named” Home From Home'),
        says('home from home is booked (xyl fizzbuzz)'),
      ),
      '<user> a [xyl fizzbuzz] hotel named [Home From Home] <end> <say> [Home From Home] is booked [xyl fizzbuzz] <end>',
    );
  });

  it('keeps an unknown verb out of the name after it', () => {
    assert.equal(
      written(user('I fancy Home From Home, or Pizza hut')),
      '<user> i [fancy] [Home From Home] , [or] [Pizza hut] <end>',
    );
  });

  it('does not cut a longer name at a known one, but parts known ones that stand side by side', () => {
    assert.equal(
      written(
        user('to Cambridge'),
        user('called Cambridge Artworks'),
        user('to Cambridge Artworks Cambridge'),
      ),
      '<user> to [Cambridge] <end> <user> called [Cambridge Artworks] <end> <user> to [Cambridge Artworks] [Cambridge] <end>',
    );
  });

  it('writes what a result shows: declared fields, nothing, errors, truth values, and NaN as nothing', () => {
    const shown = (name: string, content: string): string =>
      written(calls(name, {}), results(content)).slice(26);
    assert.match(shown('search_hotel', '[]'), /<none> <end>$/);
    assert.match(shown('search_hotel', '"ERROR: no"'), /<error> <end>$/);
    assert.match(shown('search_hotel', 'Error, sorry'), /<error> <end>$/);
    assert.match(shown('search_hotel', '[{"phone": NaN, "name": "x NaN y"}]'), /name= \[x NaN y\] <end>$/);
    assert.match(
      shown('book_hotel', '{"success": true, "return": [{"reference": "7GAWK763"}]}'),
      /success= true reference= \[7GAWK763\] <end>$/,
    );
    assert.match(
      shown('search_train', '[{"departure": "Ely", "arriveBy": "11"}]'),
      /departure= \[Ely\] arriveBy= 11 <end>$/,
    );
  });

  it('throws typed errors for tools it does not know and for too many values', () => {
    assert.throws(() => written(calls('fly', {})), UnknownToolError);
    assert.throws(() => written(calls('search_hotel', { colour: 'red' })), UnknownToolError);
    const foreign = [{ ...tools[0]!, name: 'fly' }];
    assert.throws(() => codec.encode([], { tools: foreign, slotSeed: 1 }), UnknownToolError);
    const many = Array.from({ length: 25 }, (_, i) => `x${i}`).join(', ');
    assert.throws(() => written(user(many)), TooManyUnknownWordsError);
  });

  it('gives slots out in an order that the seed permutes, and the same for the same opening', () => {
    const slots = (seed: number): string => encode([user('xyl, fizz, buzz')], seed).tokens.join();
    assert.notEqual(slots(1), slots(2));
    assert.equal(
      slotSeedOf([user('hello')]),
      slotSeedOf([{ role: 'system', content: '' }, user('hello'), says('x')]),
    );
  });

  it('hands back malformed completions as their words', () => {
    const { dialogue } = encode([user('a hotel')]);
    const { call, say, end, user: other } = vocabulary;
    const word = vocabulary.word('hotel')!;
    const key = vocabulary.key('area')!;
    const tool = vocabulary.tool('search_hotel')!;
    const strange = [
      [word, end],
      [say, word],
      [call, word, end],
      [call, tool, word, end],
      [say, other, end],
      [end],
      [],
    ];
    for (const tokens of strange) {
      const read = codec.decode(tokens, dialogue);
      assert.ok(read.malformed !== undefined && read.toolCalls.length === 0 && read.text !== null);
    }
    assert.equal(codec.decode([call, tool, key, word], dialogue).text, 'search_hotel area= hotel');
    assert.ok(codec.decode([say, vocabulary.firstSlot, end], dialogue).malformed !== undefined);
  });
});

const nameWord = fc.oneof(
  fc.constantFrom('Home', 'From', 'Old', 'Mill', 'The', 'New', 'Street', 'House', 'A', 'Of', 'And', 'North'),
  fc.constantFrom('Birmingham', "King's", "O'Malley", 'Zur-Linde', 'Qix', '2nd', 'Café', 'Bistro22'),
);
const name = fc.array(nameWord, { minLength: 1, maxLength: 6 }).filter(words => {
  // A single closed word is no open value, and a code stands alone, as the comments in sentence.ts say.
  const alone = words.length === 1 && vocabulary.word(words[0]!.toLowerCase()) !== undefined;
  return !alone && !words.includes('Bistro22');
});

describe('names of one to six words', () => {
  const callOf = (prompt: readonly Message[], wanted: string): string => {
    const { tokens, dialogue } = encode([...prompt, calls('book_hotel', { name: wanted })]);
    const start = tokens.lastIndexOf(vocabulary.call);
    assert.equal(tokens.length - start, 5, `${wanted}: one token, ${tokens.slice(start)}`);
    const [made] = codec.decode(tokens.slice(start), dialogue).toolCalls;
    return (JSON.parse(made!.function.arguments) as { name: string }).name;
  };
  it('come from the user into a call whole, as one token', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.nat(), (names, pick) => {
        const prompt = names.map(each => user(`I need a hotel called ${each.join(' ')} with free parking`));
        const wanted = names[pick % names.length]!.join(' ');
        assert.equal(encode(prompt).tokens.length, 11 * names.length);
        assert.equal(callOf(prompt, wanted.toLowerCase()).toLowerCase(), wanted.toLowerCase());
      }),
    );
  });
  it('come from a result into a call and a speech whole, as one token', () => {
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.nat(), (names, pick) => {
        const prompt = names.flatMap(each => [
          calls('search_hotel', {}),
          results(JSON.stringify([{ name: each.join(' ').toLowerCase() }])),
          says(`I found ${each.join(' ').toLowerCase()}.`),
        ]);
        const wanted = names[pick % names.length]!.join(' ');
        assert.equal(encode(prompt).tokens.length, 13 * names.length);
        assert.equal(callOf(prompt, wanted), wanted.toLowerCase());
      }),
    );
  });
});

describe('a completion read and written again', () => {
  const body = fc.array(fc.nat(), { maxLength: 8 });
  const wordTokens = spec.words
    .filter(word => !/^guest|^house$/.test(word))
    .map(word => vocabulary.word(word)!);

  it('has the same tokens', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { maxLength: 3, selector: n => n.join(' ') }),
        body,
        body,
        (names, speech, call) => {
          const prompt: Message[] = [user('a hotel')];
          for (const each of names)
            prompt.push(calls('search_hotel', { name: each.join(' ') }), results('[]'));
          const { dialogue, tokens } = encode(prompt);
          const slots = dialogue.values.map(value => value.token);
          const pick = (from: readonly number[], n: number): number => from[n % from.length]!;
          // No slot beside another token that could be read as a longer known value: a comma goes between.
          const comma = vocabulary.word(',')!;
          const say = [
            vocabulary.say,
            ...speech.flatMap(n => [
              n % 3 === 0 && slots.length > 0 ? pick(slots, n) : pick(wordTokens, n),
              comma,
            ]),
            vocabulary.end,
          ];
          const keys = [...new Set(call)].map(
            n => vocabulary.key(pick(spec.keys as never, n) as unknown as string)!,
          );
          const value = (n: number): number => pick([...slots, ...wordTokens], n);
          const made = [
            vocabulary.call,
            vocabulary.tool('book_hotel')!,
            ...[...new Set(keys)].flatMap((key, i) => [key, value(call[i]!)]),
            vocabulary.end,
          ];
          for (const completion of [say, made]) {
            const { text, toolCalls, malformed } = codec.decode(completion, dialogue);
            assert.equal(malformed, undefined);
            const message: Message =
              text === null
                ? { role: 'assistant', tool_calls: toolCalls }
                : { role: 'assistant', content: text };
            assert.deepEqual([...encode([...prompt, message]).tokens], [...tokens, ...completion]);
          }
        },
      ),
    );
  });

  it('is not slowed by what was encoded before, and does not change with it', () => {
    const messages = [user('to Cambridge'), says('which area?'), user('called Old Mill')];
    const once = codec.encode(messages, { slotSeed: 3 });
    for (let i = 1; i <= 3; i++) codec.encode(messages.slice(0, i), { slotSeed: 3 });
    assert.deepEqual(codec.encode(messages, { slotSeed: 3 }), once);
    const fresh = createCodec(spec).encode(
      messages.map(message => ({ ...message })),
      { slotSeed: 3 },
    );
    assert.deepEqual(fresh.tokens, once.tokens);
  });
});
