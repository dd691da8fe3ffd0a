/** What somebody has chosen for a mailing, as it travels in addresses and hidden fields. Pure. */
import { MAILING_KINDS, type MailingKind } from '../invitations/mailing-kind.ts';
import { type Criteria, EVERYBODY } from '../invitations/selection.ts';
import { isMessageName, type TemplateName } from './template.ts';

export type MailingForm = {
  kind: MailingKind;
  /** `hand`: single States that were ticked. */
  who: 'filter' | 'hand';
  criteria: Criteria;
  /** The text of a message for one occasion; null until one is chosen. */
  message: TemplateName | null;
  when: 'now' | 'later';
  /** As a field has it, "2023-06-01T09:00"; "" for none. */
  at: string;
};

type Source = Record<string, unknown>;

const PLACE = /^[A-Z0-9-]{2,20} [A-Za-z][A-Za-z0-9_]*$/;
const STATUSES = ['not_started', 'draft', 'submitted'] as const;

/** Null when the kind is none of ours. A choice that is not among the offered ones counts as none. */
export function readMailingForm(
  source: Source,
  offered: { audiences: string[]; regions: readonly string[]; groups: string[] },
): MailingForm | null {
  const kind = MAILING_KINDS.find((known) => known === source['kind']);
  if (!kind) return null;
  const one = (name: string, of: readonly string[]) =>
    of.find((known) => known === source[name]) ?? null;
  const who = source['who'] === 'hand' ? 'hand' : 'filter';
  const message = typeof source['message'] === 'string' ? source['message'] : '';
  const at = typeof source['at'] === 'string' ? source['at'].slice(0, 40) : '';
  return {
    kind,
    who,
    criteria:
      who === 'hand'
        ? { ...EVERYBODY, places: placesIn(source['place']) }
        : {
            audience: one('audience', offered.audiences),
            region: one('region', offered.regions),
            group: one('group', offered.groups),
            status: kind === 'message' ? (one('status', STATUSES) as Criteria['status']) : null,
            places: [],
          },
    message: kind === 'message' && isMessageName(message) ? (message as TemplateName) : null,
    when: source['when'] === 'later' ? 'later' : 'now',
    at,
  };
}

/** The places ("KHM affected") of an address or a form, each once. */
export const placesIn = (value: unknown): string[] => [
  ...new Set([value ?? []].flat().filter((one): one is string => PLACE.test(String(one)))),
];

/** Each field with its value: for hidden fields. Only what differs from the plainest choice. */
export function fieldsOfForm(form: MailingForm): [name: string, value: string][] {
  const { kind, who, criteria, message, when, at } = form;
  const { audience, region, group, status, places } = criteria;
  const filters = { audience, region, group, status, message };
  return [
    ['kind', kind],
    ...(who === 'hand' ? [['who', who] as [string, string]] : []),
    ...Object.entries(filters).flatMap(([name, value]): [string, string][] =>
      value ? [[name, value]] : [],
    ),
    ...places.map((place): [string, string] => ['place', place]),
    ...(when === 'later'
      ? ([
          ['when', when],
          ['at', at],
        ] as [string, string][])
      : []),
  ];
}

export const queryOf = (form: MailingForm, more: Record<string, string> = {}): string =>
  new URLSearchParams([...fieldsOfForm(form), ...Object.entries(more)]).toString();
