// JOSH on anything: here a "conversation" is a number, and the agent's turn adds one or two to it.
import { defaultSearch, josh, type Play } from 'juxta';

const said = (text: string) => ({
  speaker: 'agent' as const,
  visible: [{ role: 'assistant' as const, content: text }],
  internal: [{ role: 'assistant' as const, content: text }],
  calls: [],
  usage: { inputTokens: 0, outputTokens: 1 },
});

const play: Play<number, string> = {
  goals: ['three', 'seven'],
  agentStep: async (state, { path }) => {
    const added = path.endsWith('R') ? 1 : 2;
    return { state: state + added, turn: said(`+${added}`), status: 'spoke' };
  },
  userStep: async state => ({ state, turn: { ...said('go on'), speaker: 'user' }, status: 'spoke' }),
  hits: (state, open) => open.filter(goal => (goal === 'three' && state === 3) || (goal === 'seven' && state === 7)),
  close: (open, closed) => ({ left: open.filter(goal => !closed.includes(goal)) }),
  outOfTries: state => ({ state, turn: said('I give up.') }),
};

const search = josh(play, { state: 0, turns: [] }, { ...defaultSearch, beam: 8 });
let step = await search.next();
while (!step.done) {
  console.log(`round ${step.value.number}: reward ${step.value.reward}, ${step.value.live.length} leaves`);
  step = await search.next();
}
const { reward, root } = step.value;
console.log(`reward ${reward} by ${root.path}`);
