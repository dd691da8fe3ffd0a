/** Questionnaires for tests: a small one with a question of each type and three branches, and the bundled one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDefinition } from '../../server/questionnaire/check.ts';
import type { Definition } from '../../server/questionnaire/definition.ts';
import {
  type AskedQuestion,
  compile,
  type Questionnaire,
} from '../../server/questionnaire/questionnaire.ts';

const yes = { value: 'yes', label: 'Yes' };
const no = { value: 'no', label: 'No' };
const dontKnow = { value: 'dont_know', label: 'Do not know' };
const none = { value: 'none', label: 'None', exclusive: true } as const;
const areas = [
  { value: 'clearance', label: 'Clearance' },
  { value: 'education', label: 'Risk education' },
];
const years = [
  { value: '2021', label: '2021' },
  { value: '2022', label: '2022' },
];

const ask = (id: string, section: string, label: string, required = false) => ({
  id,
  section,
  label,
  required,
});
const measure = (key: string, action: number, label: string) => ({
  key,
  action,
  label,
  officialText: null,
  wordingVerified: false,
});

/** A new one each time, so that a test may break it. */
export const smallDefinition = (): Definition => ({
  format: 1,
  key: 'small',
  version: 1,
  status: 'draft',
  language: 'en',
  title: 'A small questionnaire',
  shortTitle: 'Small',
  plan: 'A plan',
  sender: 'A Committee',
  period: { from: '2021-01-01', to: '2022-12-31' },
  referenceDate: '2023-05-01',
  audiences: [
    { id: 'affected', label: 'Affected States', short: 'Affected', groups: ['parties'] },
    { id: 'donor', label: 'Donor States', short: 'Donors', groups: ['donors'] },
  ],
  groups: [
    { id: 'parties', label: 'States Parties' },
    { id: 'donors', label: 'Donors' },
  ],
  actions: [
    { number: 42, title: 'Resources', summary: 'Commit resources', officialText: null },
    { number: 43, title: 'Needs', summary: 'Make needs known', officialText: null },
  ],
  indicators: [
    {
      ...measure('i_commits', 42, 'Share that commits'),
      basis: 'action_plan',
      kind: 'percentage',
      audiences: ['affected'],
      numerator: { q: 'commits', op: 'eq', value: 'yes' },
      denominator: { group: 'parties' },
    },
    {
      ...measure('i_gives', 42, 'Number that gives'),
      basis: 'action_plan',
      kind: 'count',
      audiences: ['donor'],
      numerator: { q: 'recipients', op: 'includes', value: 'KHM' },
      denominator: { group: 'donors', where: { q: 'gives', op: 'eq', value: 'yes' } },
    },
    {
      ...measure('s_coverage', 43, 'Needs by area'),
      basis: 'supplementary',
      kind: 'distribution',
      audiences: ['affected'],
      numerator: null,
      denominator: null,
    },
  ],
  sections: [
    { id: 'about', audiences: ['affected', 'donor'], action: null, title: 'About your answers' },
    { id: 'needs', audiences: ['affected'], action: 42, title: 'Resources' },
    { id: 'plans', audiences: ['affected'], action: 43, title: 'Needs' },
    { id: 'giving', audiences: ['donor'], action: 42, title: 'Giving' },
  ],
  optionSets: {
    currencies: [
      { value: 'USD', label: 'US dollar' },
      { value: 'EUR', label: 'Euro' },
    ],
    states: [
      { value: 'KHM', label: 'Cambodia' },
      { value: 'TCD', label: 'Chad' },
    ],
  },
  questions: [
    {
      ...ask('r_currency', 'about', 'Which currency?', true),
      type: 'single',
      optionSet: 'currencies',
    },
    {
      ...ask('commits', 'needs', 'Does your State commit?', true),
      type: 'single',
      options: [yes, no, dontKnow],
      indicator: 'i_commits',
    },
    {
      ...ask('amount', 'needs', 'How much?'),
      type: 'money',
      min: 0,
      shownWhen: { q: 'commits', op: 'eq', value: 'yes' },
    },
    {
      ...ask('kinds', 'needs', 'Which kinds?'),
      type: 'multi',
      options: [
        { value: 'staff', label: 'Staff' },
        { value: 'equipment', label: 'Equipment' },
        none,
        { value: 'other', label: 'Other', text: true },
        { ...dontKnow, exclusive: true },
      ],
      shownWhen: { q: 'commits', op: 'in', value: ['yes'] },
    },
    {
      ...ask('useful', 'needs', 'How useful was it?'),
      type: 'scale',
      min: 1,
      max: 5,
      minLabel: 'Not useful',
      maxLabel: 'Very useful',
      extraOptions: [dontKnow],
      shownWhen: { q: 'kinds', op: 'includes', value: 'staff' },
    },
    {
      ...ask('share', 'needs', 'Which share?'),
      type: 'number',
      min: 0,
      max: 100,
      unit: 'percent',
      decimals: 1,
    },
    {
      ...ask('coverage', 'plans', 'How are they covered?', true),
      type: 'matrix',
      rows: areas,
      cell: { type: 'single' },
      indicator: 's_coverage',
      columns: [{ value: 'covered', label: 'Covered' }, dontKnow],
    },
    {
      ...ask('support', 'plans', 'Which support?'),
      type: 'matrix',
      rows: areas,
      cell: { type: 'multi' },
      columns: [
        { value: 'funding', label: 'Funding' },
        { value: 'training', label: 'Training' },
        none,
      ],
    },
    {
      ...ask('spending', 'plans', 'What was spent?'),
      type: 'matrix',
      rows: areas,
      columns: years,
      cell: { type: 'money', min: 0 },
    },
    {
      ...ask('trained', 'plans', 'How many were trained?'),
      type: 'matrix',
      rows: areas,
      columns: years,
      cell: { type: 'number', max: 1000 },
    },
    {
      ...ask('remarks', 'plans', 'Remarks'),
      type: 'matrix',
      rows: areas,
      columns: years,
      cell: { type: 'text', maxLength: 20 },
    },
    {
      ...ask('story', 'plans', 'Anything else?'),
      type: 'text',
      maxLength: 40,
      multiline: true,
    },
    {
      ...ask('report', 'plans', 'Your plan'),
      type: 'file',
      accept: ['application/pdf'],
      maxFiles: 2,
      maxMebibytes: 5,
    },
    {
      ...ask('gives', 'giving', 'Does your State give?', true),
      type: 'single',
      options: [yes, no, dontKnow],
    },
    {
      ...ask('recipients', 'giving', 'To whom?'),
      type: 'multi',
      optionSet: 'states',
      extraOptions: [{ ...dontKnow, exclusive: true }],
      shownWhen: { q: 'gives', op: 'eq', value: 'yes' },
    },
  ],
});

export const smallQuestionnaire = (): Questionnaire => compile(smallDefinition());

const folder = join(import.meta.dirname, '..', '..', 'questionnaires');
export const bundledSource = (): unknown =>
  JSON.parse(readFileSync(join(folder, 'oap-cooperation-assistance-2023.json'), 'utf8'));

export function bundledDefinition(): Definition {
  const checked = checkDefinition(bundledSource());
  if (!checked.ok) throw new Error('the bundled questionnaire is refused');
  return checked.definition;
}

export function questionOf(questionnaire: Questionnaire, id: string): AskedQuestion {
  const question = questionnaire.question(id);
  if (!question) throw new Error(`no question ${id}`);
  return question;
}
