import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import type { JsonObject } from '../../dialogue/json.ts';

/** A small MultiWOZ for tests: one dialogue about a hotel and a train, and databases of two records each. */
export const sampleGoal: JsonObject = {
  taxi: {},
  police: {},
  hospital: {},
  hotel: {
    info: { area: 'north', type: 'hotel', internet: 'dontcare' },
    fail_info: { area: 'west' },
    book: { invalid: false, day: 'monday', people: '2', stay: '3' },
    fail_book: { stay: '5' },
    reqt: ['phone'],
  },
  attraction: {},
  train: { info: { departure: 'ely', destination: 'cambridge', leaveAt: '09:00' }, fail_info: {} },
  restaurant: {},
  message: [
    'You are planning your trip in Cambridge',
    "You are looking for a <span class='emphasis'>train</span>. The train should depart from <span class='emphasis'>ely</span>",
    "You are also looking for a <span class='emphasis'>place to stay</span>. The hotel should be in the <span class='emphasis'>west</span>",
  ],
};

/** A log whose last belief state has these items booked in a domain. */
export const logWith = (
  domain: string,
  booked: readonly JsonObject[],
  semi: JsonObject = {},
): JsonObject[] => [
  { text: 'I need a hotel.', metadata: {} },
  { text: 'Booked.', metadata: { [domain]: { book: { booked, people: '2' }, semi } } },
  { text: 'Thanks.', metadata: {} },
];

export const sampleDialogue: JsonObject = {
  goal: sampleGoal,
  log: logWith('hotel', [
    { name: 'acorn', reference: 'OLD1' },
    { name: 'birch', reference: 'REF1' },
  ]),
};

const hotel = (name: string, id: string): JsonObject => ({
  address: `${id} mill road`,
  area: 'north',
  internet: 'yes',
  parking: 'yes',
  id,
  location: [52.1, 0.1],
  name,
  phone: '01223',
  postcode: `cb${id}`,
  pricerange: 'cheap',
  stars: '4',
  type: 'hotel',
});

/** Every file that ToolWOZ reads, as text or as JSON. */
export const sampleFiles: Readonly<Record<string, unknown>> = {
  'data.json': { 'B.json': sampleDialogue },
  'valListFile.json': 'B.json\n',
  'testListFile.json': 'T.json\n',
  'hotel_db.json': [hotel('acorn', '1'), hotel('birch', '2')],
  'restaurant_db.json': [{ name: 'curry garden', food: 'indian', area: 'north', pricerange: 'cheap' }],
  'attraction_db.json': [{ name: 'castle galleries', type: 'museum', area: 'north' }],
  'train_db.json': [
    {
      arriveBy: '11:00',
      day: 'monday',
      departure: 'ely',
      destination: 'cambridge',
      leaveAt: '10:00',
      trainID: 'TR1',
    },
  ],
  'taxi_db.json': [{ taxi_colors: ['black'] }],
  'hospital_db.json': [{ department: 'surgery', id: 0 }],
};

export const fileText = (content: unknown): string =>
  typeof content === 'string' ? content : JSON.stringify(content);

/** A folder with these files, gone when the test ends; `undefined` leaves a file out. */
export const folderWith = async (
  t: TestContext,
  files: Readonly<Record<string, unknown>>,
): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'juxta-toolwoz-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) continue;
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content instanceof Uint8Array ? content : fileText(content));
  }
  return folder;
};
