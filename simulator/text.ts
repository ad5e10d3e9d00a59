/** The simulator's answers are words without a meaning, but with all that can break in transit. */
import type { Random } from './random.ts';

// biome-ignore format: a list of words reads better in rows
const WORDS = [
  'el corazón', 'la célula', 'un músculo', 'también', 'según', 'además', 'la anatomía',
  'es decir', 'la válvula', 'qué órgano', 'el cráneo', 'la médula', 'después', 'así', 'el niño',
  'pequeño', 'lingüística', 'economía', 'la gestión', 'el análisis', 'más rápido', 'función',
  'tejido', 'sangre', 'empresa', 'mercado', 'cliente', 'ejemplo', 'porque', 'entonces', 'cada',
  '“cita”', '¿por qué?', '¡atención!', '50 %', 'a/b', '\\n', '"comillas"', '—', '\n', '<b>x</b>',
] as const;

const EMOJI = ['🫀', '🧠', '🩺', '📈', '✅', '👩‍⚕️', '🇪🇸', '👍🏽'] as const;

const TOPICS = [
  'Anatomía 🫀',
  'Fisiología',
  'Economía 📈',
  'Ética médica',
  'Señalización',
] as const;

const EMOJI_ONE_IN = 10;

/** @returns two to five words, some 25 characters; with a space before unless they are the first. */
export function drawChunk(random: Random, isFirst: boolean): string {
  const words: string[] = [];
  const count = random.integer(2, 5);
  while (words.length < count) words.push(random.pick(WORDS));
  if (random.oneIn(EMOJI_ONE_IN)) words.push(random.pick(EMOJI));
  return (isFirst ? '' : ' ') + words.join(' ');
}

export function drawTopic(random: Random): string {
  return random.pick(TOPICS);
}
