/** What a mail that came back says: which of our mails it is about, for whom, and whether the address can be reached. */

export const KINDS = [
  /** The address cannot be reached, now or later. */
  'hard',
  /** This mail did not arrive; another one may. */
  'soft',
  /** A server still tries. */
  'delayed',
  /** It arrived, or was passed on to a server that sends no reports. */
  'delivered',
  /** A machine answers for a person: away, moved, or "we have your mail". */
  'out-of-office',
  /** The reader, or their provider, calls it spam. */
  'complaint',
  /** The mail waits until somebody proves to be a person. */
  'challenge',
  /** No report, or one that cannot be read. */
  'unknown',
] as const;
export type Kind = (typeof KINDS)[number];

/** Whether a refusal tells something of the address, or of us: our server, our sender, our words. */
export type Subject = 'address' | 'us';

/** What a report says of one recipient. */
export type Verdict = {
  kind: Kind;
  subject: Subject;
  /** Enhanced status code (RFC 3463) such as 5.1.1; null when none is given. */
  code: string | null;
  /** The words of the server that refused. */
  text: string;
};

export type RecipientVerdict = Verdict & {
  /** The addresses that the report gives for this recipient, in small letters; none when it names nobody. */
  addresses: string[];
  /** False for the address as the sender knew it, where the report names another one that it was passed on to. */
  own: boolean;
};

export type Report = Verdict & {
  /** Signed references to mails of ours as they stand there, not yet verified; the likeliest first. */
  references: string[];
  /** The address that the verdict is about; null when none is named. */
  recipient: string | null;
  recipients: RecipientVerdict[];
  /** When an absent person is back; null when that cannot be told. */
  returns: Date | null;
};

const WORST_FIRST: Kind[] = ['hard', 'soft', 'delayed', 'delivered'];

/** The verdict that counts among several recipients; undefined when there are none. */
export const worstOf = <T extends Verdict>(verdicts: T[]): T | undefined =>
  verdicts.toSorted((a, b) => WORST_FIRST.indexOf(a.kind) - WORST_FIRST.indexOf(b.kind))[0];

/**
 * What a report says of the address that we wrote to. Where it names only others, the mail was passed on: to a new address,
 * or to the members of a list, of whom one is gone. That says nothing certain of the address itself (`elsewhere`), so a
 * refusal counts as one of this mail only.
 * @param address null when it is not known any more
 */
export function verdictOn(
  report: Report,
  address: string | null,
): Verdict & { elsewhere: boolean } {
  const named = report.recipients.filter(({ addresses }) => addresses.length > 0);
  const wanted = address === null ? null : sameForm(address);
  const own = worstOf(named.filter((one) => one.own && one.addresses.includes(wanted ?? '')));
  if (own) return { ...verdictOf(own), elsewhere: false };
  if (wanted === null || named.length === 0 || (report.kind !== 'hard' && report.kind !== 'soft'))
    return { ...verdictOf(report), elsewhere: false };
  return { ...verdictOf(report), kind: 'soft', elsewhere: true };
}

const verdictOf = ({ kind, subject, code, text }: Verdict): Verdict => ({
  kind,
  subject,
  code,
  text,
});

/** Small letters, and the domain as the DNS has it, so that two spellings of one address are the same. */
export function sameForm(address: string): string {
  const at = address.lastIndexOf('@');
  if (at < 0) return address.toLowerCase();
  const domain = address.slice(at + 1).toLowerCase();
  // An invalid domain becomes "", and then the spelling as it is will do.
  const ascii = URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain;
  return `${address.slice(0, at).toLowerCase()}@${ascii}`;
}
