/** Of many courses, the slowest: where all would hide what else there is to see. */
import { showCount } from '../base/format.ts';
import type { Part } from '../results/model.ts';

/** Of more courses than these, the slowest stand in a table; summary.json and the page have all. */
const COURSES_IN_SIGHT = 20;

/** The figures with the courses that are shown, in their order where they are few. */
export function withSlowestCourses<Figures extends { readonly byCourse: readonly Part[] }>(
  figures: Figures,
): Figures {
  const { byCourse } = figures;
  if (byCourse.length <= COURSES_IN_SIGHT) return figures;
  const p95 = ({ response }: Part) => response?.p95 ?? 0;
  const slowest = [...byCourse].sort((a, b) => p95(b) - p95(a)).slice(0, COURSES_IN_SIGHT);
  return { ...figures, byCourse: slowest };
}

/**
 * Which courses are shown, in a sentence without its full stop; '' where all are.
 * @param others where the others are.
 */
export function slowestCoursesText(
  { byCourse }: { readonly byCourse: readonly Part[] },
  others = '; summary.json has all',
): string {
  if (byCourse.length <= COURSES_IN_SIGHT) return '';
  return `Of ${showCount(byCourse.length)} courses, the ${COURSES_IN_SIGHT} with the slowest p95 of the response${others}`;
}
