/** Who a session says it is: synthetic unless the settings name somebody. */
import type { UserContext } from '../shared/messages.ts';
import type { Settings } from '../shared/settings.ts';

export function userContext(settings: Settings, session: number, course: string): UserContext {
  return {
    user_id: settings.userId ?? session,
    user_name: settings.userName,
    user_email: settings.userEmail,
    course_id: settings.courseId,
    course_name: settings.courseName ?? course,
    course_catalog_code: course,
  };
}
