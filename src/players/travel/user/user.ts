import { JuxtaError } from '../../../base/errors.ts';
import { random } from '../../../base/random.ts';
import type { Json } from '../../../dialogue/json.ts';
import { noUsage } from '../../../dialogue/turn.ts';
import type { Task } from '../../../environments/environment.ts';
import type { Agenda } from '../../../environments/travel/agenda.ts';
import type { TravelTask } from '../../../environments/travel/task.ts';
import type { User, UserReply } from '../../../users/user.ts';
import { type AgendaMemory, newMemory } from './memory.ts';
import type { Move, Scene } from './moves.ts';
import * as moves from './moves.ts';
import { speaksOfAnother } from './names.ts';
import { type Heard, understand } from './understand.ts';
import { finish, wordingOf } from './wording.ts';

const SLOPPY_SHARE = 0.1;

const agendaOf = (task: Task): Agenda | undefined => (task as Partial<TravelTask>).agenda;

/**
 * A rule-based user after Schatzmann's agenda: it works through the topics of `task.agenda` in order, says its
 * constraints bit by bit, falls back when a first choice fails, books when satisfied and hangs up with thanks. It
 * needs no model and reads any agent's English by keywords. Deterministic in (task, seed).
 *
 * @example
 * const user = agendaUser();
 * const memory = user.begin(task, 1);
 * const { text, meaning } = await user.reply({ task, messages: [], memory, seed: 2 });
 */
export const agendaUser = (): User<AgendaMemory> => ({
  name: 'agenda',
  begin: (task, seed) => {
    const agenda = agendaOf(task);
    if (!agenda || agenda.topics.length === 0) {
      throw new JuxtaError('no-agenda', `task ${task.id} has no agenda for the agenda user to follow`, {
        hint: 'Use a simulator that reads instructions, or an environment whose tasks have agendas (hamlet, toolwoz).',
      });
    }
    const sloppy = random(seed, 'agenda', 'manner', task.id).chance(SLOPPY_SHARE);
    return newMemory(agenda, sloppy ? 'sloppy' : 'proper');
  },
  reply: async view => {
    const { memory } = view;
    const draws = random(view.seed, 'agenda', memory.messages);
    const wording = wordingOf(memory.manner, draws);
    const scene: Scene = { agenda: agendaOf(view.task)!, memory, wording, draws };
    const last = view.messages.at(-1);
    if (memory.topic < 0) return spoken(moves.goOn(scene, 'none'), memory);
    if (last?.role !== 'assistant') {
      return {
        ...spoken(moves.repeat(scene), memory),
        fault: 'the agenda user was asked to reply to nothing',
      };
    }
    const text = last.content ?? '';
    return spoken(decide(scene, understand(text), text), memory);
  },
});

const spoken = (move: Move, before: AgendaMemory): UserReply<AgendaMemory> => ({
  text: finish(before.manner, move.sentences),
  done: move.done,
  memory: { ...move.memory, messages: before.messages + 1 },
  usage: noUsage,
  meaning: move.meaning as unknown as Json,
});

const decide = (scene: Scene, heard: Heard, text: string): Move => {
  const { memory } = scene;
  if (memory.patience < 0) return moves.goOn(scene, 'never-mind');
  if (memory.stage === 'requests') return moves.goOn(scene, 'thanks');
  const name = memory.said.includes('name') ? moves.wishOf(scene).name : undefined;
  const wrongName = name !== undefined && (heard.offers || heard.booked) && speaksOfAnother(text, name);
  if (wrongName) return moves.correct(scene);
  return memory.stage === 'book' ? whileBooking(scene, heard) : whileSearching(scene, heard);
};

const whileSearching = (scene: Scene, heard: Heard): Move => {
  const { firstChoice } = scene.memory;
  const { book } = moves.topicOf(scene);
  const said = moves.unsaid(scene).length === 0;
  if (heard.notFound || heard.bookingFailed) {
    if (firstChoice) return moves.fallBack(scene, true);
    return said ? moves.repeat(scene) : moves.add(scene);
  }
  if (heard.offers || heard.booked) {
    if (!said) return moves.add(scene);
    if (firstChoice) return moves.fallBack(scene, false);
    return book ? moves.book(scene, heard.asks) : moves.settle(scene);
  }
  if (heard.asks.length > 0) return moves.answer(scene, heard.asks);
  return said ? moves.repeat(scene) : moves.add(scene);
};

const whileBooking = (scene: Scene, heard: Heard): Move => {
  const { firstBooking } = scene.memory;
  const told = moves.untold(scene).length === 0;
  if (heard.booked) {
    if (!told) return moves.tellRest(scene);
    return firstBooking ? moves.rebook(scene, false) : moves.settle(scene);
  }
  if (heard.bookingFailed || heard.notFound) {
    if (!told) return moves.tellRest(scene);
    return firstBooking ? moves.rebook(scene, true) : moves.repeat(scene);
  }
  if (heard.asks.length > 0) return moves.answer(scene, heard.asks);
  return told ? moves.insist(scene) : moves.tellRest(scene);
};
