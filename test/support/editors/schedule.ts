/** Schedules: what two or three editors do, one after another or at the same moment. */
import fc from 'fast-check';
import { SECTIONS, type SectionName } from './round.ts';

/** What is done with the field at each place of the form. "agree" writes what another editor may write too. */
export type Typing = 'leave' | 'write' | 'clear' | 'agree';
/** `back`: 0 saves the newest page of the section in that browser, 1 the one before, after a press on "back". */
export type Save = {
  do: 'save';
  who: number;
  section: SectionName;
  back: number;
  typing: Typing[];
  attach: boolean;
};
export type Step =
  | { do: 'open'; who: number; section: SectionName }
  | Save
  /** At the same moment. */
  | { do: 'together'; saves: Save[] }
  | { do: 'check'; who: number }
  /** `times` presses at the same moment, and perhaps a save of somebody else among them. */
  | { do: 'submit'; who: number; back: number; times: number; beside: Save | null };

const often = <T>(weights: [number, T][]) =>
  fc.oneof(...weights.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

export function schedules(most = 14): fc.Arbitrary<Step[]> {
  const who = fc.nat({ max: 2 });
  const section = fc.constantFrom(...(Object.keys(SECTIONS) as SectionName[]));
  const back = often([
    [5, 0],
    [2, 1],
    [1, 2],
    [1, 5],
  ]);
  const typing = fc.array(
    often<Typing>([
      [4, 'leave'],
      [5, 'write'],
      [1, 'clear'],
      [1, 'agree'],
    ]),
    {
      minLength: 3,
      maxLength: 3,
    },
  );
  const attach = often([
    [7, false],
    [2, true],
  ]);
  const save = fc.record<Save>({
    do: fc.constant('save' as const),
    who,
    section,
    back,
    typing,
    attach,
  });
  const steps: { weight: number; arbitrary: fc.Arbitrary<Step> }[] = [
    { weight: 4, arbitrary: fc.record({ do: fc.constant('open' as const), who, section }) },
    { weight: 8, arbitrary: save },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('together' as const),
        saves: fc.array(save, { minLength: 2, maxLength: 4 }),
      }),
    },
    // A double click.
    { weight: 1, arbitrary: save.map((one): Step => ({ do: 'together', saves: [one, one] })) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('check' as const), who }) },
    {
      weight: 2,
      arbitrary: fc.record({
        ...{ do: fc.constant('submit' as const), who, back },
        times: often([
          [4, 1],
          [3, 2],
          [1, 20],
        ]),
        beside: fc.option<Save>(save, { freq: 3 }) as fc.Arbitrary<Save | null>,
      }),
    },
  ];
  return fc.array(fc.oneof(...steps), { minLength: 2, maxLength: most, size: 'max' });
}
