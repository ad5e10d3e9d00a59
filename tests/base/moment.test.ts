import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { localDate, localIso, localTime, offsetOf, showMoment } from '../../lib/base/moment.ts';

const { TZ: zoneBefore } = process.env;
afterEach(() => {
  if (zoneBefore === undefined) delete process.env.TZ;
  else process.env.TZ = zoneBefore;
});

const WINTER = new Date('2026-01-05T22:30:01.234Z');
const SUMMER = new Date('2026-07-05T22:30:01.004Z');

for (const { zone, at, date, time, offset } of [
  { zone: 'UTC', at: WINTER, date: '2026-01-05', time: '22:30:01', offset: '+00:00' },
  { zone: 'Europe/Berlin', at: WINTER, date: '2026-01-05', time: '23:30:01', offset: '+01:00' },
  { zone: 'Europe/Berlin', at: SUMMER, date: '2026-07-06', time: '00:30:01', offset: '+02:00' },
  { zone: 'America/St_Johns', at: WINTER, date: '2026-01-05', time: '19:00:01', offset: '-03:30' },
  { zone: 'Asia/Kathmandu', at: WINTER, date: '2026-01-06', time: '04:15:01', offset: '+05:45' },
]) {
  test(`a moment by the clock of ${zone}, ${date}, with its offset`, () => {
    process.env.TZ = zone;
    assert.deepEqual([localDate(at), localTime(at), offsetOf(at)], [date, time, offset]);
    const iso = localIso(at);
    assert.equal(iso, `${date}T${time}.${at === WINTER ? '234' : '004'}${offset}`);
    assert.equal(Date.parse(iso), at.getTime());
    assert.equal(showMoment(iso), `${date} ${time} ${offset}`);
  });
}

test('a moment of another machine keeps its clock; an older file has UTC', () => {
  process.env.TZ = 'Europe/Berlin';
  assert.equal(showMoment('2026-01-05T15:30:00.000-07:00'), '2026-01-05 15:30:00 -07:00');
  assert.equal(showMoment('2026-01-05T15:30:00.000Z'), '2026-01-05 15:30:00 +00:00');
});
