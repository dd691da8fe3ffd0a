/** How a section is called. Pure. */
import type { Section } from '../questionnaire/definition.ts';
import type { Voice } from '../texts.ts';

type Named = Pick<Section, 'action' | 'title'>;

/** "Action #45. Assistance": above the section itself. */
export const sectionHeading = ({ action, title }: Named, { t }: Voice): string =>
  action === null ? title : t('section.heading', { action, title });

/** "45. Assistance": in lists. */
export const sectionLabel = ({ action, title }: Named): string =>
  action === null ? title : `${action}. ${title}`;
