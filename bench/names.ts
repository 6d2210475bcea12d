/**
 * Do names survive? Of 1 to 6 words, never seen in training, repeats included: from the user's words into a search, in Title
 * Case and written small, and from a search's result into a booking.
 *
 *     node bench/names.ts [weights.safetensors]
 *
 * A name counts as exact if the call that the model makes holds it, whatever its case. Where the model makes another move than
 * the call (the base model errs on purpose), nothing can be said of the name, and the share of calls is printed beside.
 */
import { random } from '../src/base/random.ts';
import { type Message, toolCall } from '../src/dialogue/message.ts';
import { namer } from '../src/environments/hamlet/names.ts';
import { travelTools } from '../src/environments/travel/tools.ts';
import { openEmbeddedModel } from '../src/models/embedded/model.ts';
import { baseWeights } from '../src/models/open.ts';
import { commandLine } from './command-line.ts';

const PER_LENGTH = 200;
const LONGEST = 6;

const [weights = baseWeights] = commandLine(import.meta.filename)
  .argument('[weights]')
  .parse().args;
const model = await openEmbeddedModel(weights, { id: 'names' });
const titleCase = (name: string): string => name.replace(/\b[a-z]/g, letter => letter.toUpperCase());

/** Names of the test split with a number of words. */
const namesOf = (words: number): readonly string[] => {
  const found = new Set<string>();
  for (let town = 0; found.size < PER_LENGTH; town++) {
    const names = namer('test', random('names', words, town));
    for (let i = 0; i < 200 && found.size < PER_LENGTH; i++) {
      const name = names.place(['hotel', 'restaurant', 'attraction'][i % 3]!);
      if (name.split(' ').length === words) found.add(name);
    }
  }
  return [...found];
};

const user = (content: string): Message => ({ role: 'user', content });
const said = (content: string): Message => ({ role: 'assistant', content });

const asked = (name: string): Message[] => [user(`I need a restaurant called ${titleCase(name)}.`)];
const askedSmall = (name: string): Message[] => [user(`i need a restaurant called ${name}.`)];
const found = (name: string): Message[] => [
  user('I need a restaurant in the north.'),
  { role: 'assistant', tool_calls: [toolCall('c', 'search_restaurant', '{"area":"north"}')] },
  { role: 'tool', tool_call_id: 'c', content: `[{"name": ${JSON.stringify(name)}, "area": "north"}]` },
  said(`I found ${titleCase(name)}. Shall I book it?`),
  user('Yes, please book it for 3 people at 18:15 on monday.'),
];

const nameCalled = async (messages: readonly Message[], tool: string): Promise<string | undefined> => {
  const [completion] = await model.generate({
    messages,
    tools: travelTools,
    temperature: 0,
    maxTokens: 64,
    seed: 1,
  });
  const call = completion!.toolCalls.find(each => each.function.name === tool);
  return call && String((JSON.parse(call.function.arguments) as { name?: string }).name ?? '');
};

process.stdout.write(
  '| words in the name | user → search: exact | calls | written small: exact | calls | result → booking: exact | calls |\n|---|---|---|---|---|---|---|\n',
);
for (let words = 1; words <= LONGEST; words++) {
  const row: string[] = [];
  for (const [conversation, tool] of [
    [asked, 'search_restaurant'],
    [askedSmall, 'search_restaurant'],
    [found, 'book_restaurant'],
  ] as const) {
    let calls = 0;
    let exact = 0;
    for (const name of namesOf(words)) {
      const called = await nameCalled(conversation(name), tool);
      if (called === undefined) continue;
      calls++;
      if (called.toLowerCase() === name) exact++;
    }
    row.push(`${((100 * exact) / calls).toFixed(1)} %`, `${calls} of ${PER_LENGTH}`);
  }
  process.stdout.write(`| ${words} | ${row.join(' | ')} |\n`);
}
