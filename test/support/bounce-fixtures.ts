/** What each report in `test/fixtures/bounces/` says: written by hand in the formats of real systems, with invented addresses. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kind, Subject } from '../../server/bounces/report.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'bounces');

export type Fixture = {
  file: string;
  /** Whose format it is. */
  system: string;
  kind: Kind;
  code: string | null;
  /** The address that the report names; null when it names none. */
  recipient: string | null;
  /** Whom the refusal speaks of, where that is not the address. */
  speaks?: Subject;
  /** The address that we wrote to, where the report names another one or none. */
  address?: string;
  /** What is left of a refusal that names another address. */
  settled?: Kind;
  /** ISO day. */
  returns?: string;
};

/** Stand for the id of a mail of ours and its signature; a test puts real ones in their place. */
const [ID, SIGNATURE] = ['0123456789abcdef01234567', '89abcdef0123456789ab'];
/** In one forged report: the signature of another mail. */
const OTHERS_SIGNATURE = 'aaaabbbbccccddddeeee';
export const FIXTURE_REFERENCE = `${ID}.${SIGNATURE}`;
/** In the mails of ours that the reports return, plainly or in quoted-printable or base64. */
export const FIXTURE_TOKEN = 'Kx7mT2vQ9pLs4dRw8nZb3yHc6fJg1uEa5oXi0tVk-_M';

export const fixture = (file: string): Buffer => readFileSync(join(folder, `${file}.eml`));

/** The report, about a mail of ours. @param others a reference to another mail */
export function fixtureAbout(file: string, reference: string, others = reference): Buffer {
  const [id = '', signature = ''] = reference.split('.');
  const [, othersSignature = ''] = others.split('.');
  const text = fixture(file)
    .toString('latin1')
    .replaceAll(ID, id)
    .replaceAll(ID.toUpperCase(), id.toUpperCase())
    .replaceAll(SIGNATURE, signature)
    .replaceAll(SIGNATURE.toUpperCase(), signature.toUpperCase())
    .replaceAll(OTHERS_SIGNATURE, othersSignature);
  return Buffer.from(text, 'latin1');
}

export const FIXTURES: Fixture[] = [
  {
    file: 'postfix-user-unknown',
    system: 'Postfix',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'alice@ministry.example',
  },
  {
    file: 'postfix-domain-not-found',
    system: 'Postfix',
    kind: 'hard',
    code: '5.4.4',
    recipient: 'director@no-such-domain.example',
  },
  {
    file: 'postfix-mailbox-full',
    system: 'Postfix',
    kind: 'soft',
    code: '5.2.2',
    recipient: 'bob@ministry.example',
  },
  {
    file: 'postfix-delayed',
    system: 'Postfix',
    kind: 'delayed',
    code: '4.4.1',
    recipient: 'carla@ministry.example',
  },
  {
    file: 'postfix-relayed',
    system: 'Postfix',
    kind: 'delivered',
    code: '2.0.0',
    recipient: 'dora@ministry.example',
  },
  {
    file: 'postfix-spam-policy',
    system: 'Postfix',
    kind: 'soft',
    code: '5.7.1',
    recipient: 'emil@ministry.example',
    speaks: 'us',
  },
  {
    file: 'postfix-expired',
    system: 'Postfix',
    kind: 'soft',
    code: '4.4.1',
    recipient: 'fatima@ministry.example',
  },
  {
    file: 'postfix-list-one-member-gone',
    system: 'Postfix',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'gone@ministry.example',
    address: 'office@ministry.example',
    settled: 'soft',
  },
  {
    file: 'postfix-greylisted-too-long',
    system: 'Postfix',
    kind: 'soft',
    code: '4.2.0',
    recipient: 'gao@ministry.example',
  },
  {
    file: 'postfix-smtputf8',
    system: 'Postfix, RFC 6533',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'héctor@xn--ministre-60a.example',
  },
  {
    file: 'postfix-lmtp-dovecot',
    system: 'Postfix with Dovecot',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'ines@ministry.example',
  },
  {
    file: 'postfix-too-large',
    system: 'Postfix',
    kind: 'soft',
    code: '5.3.4',
    recipient: 'jana@ministry.example',
    speaks: 'us',
  },
  {
    file: 'postfix-status-vague-code-in-words',
    system: 'Postfix',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'karim@ministry.example',
  },
  {
    file: 'exim-text-unrouteable',
    system: 'Exim, text only',
    kind: 'hard',
    code: null,
    recipient: 'lena@ministry.example',
  },
  {
    file: 'exim-text-user-unknown',
    system: 'Exim, text only',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'marc@ministry.example',
  },
  {
    file: 'exim-text-quota',
    system: 'Exim, text only',
    kind: 'soft',
    code: null,
    recipient: 'nadia@ministry.example',
  },
  {
    file: 'exim-text-delay',
    system: 'Exim, text only',
    kind: 'delayed',
    code: null,
    recipient: 'omar@ministry.example',
  },
  {
    file: 'exim-text-retry-timeout',
    system: 'Exim, text only',
    kind: 'soft',
    code: '4.3.2',
    recipient: 'petra@ministry.example',
  },
  {
    file: 'exim-dsn-no-mx',
    system: 'Exim',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'quentin@no-such-domain.example',
  },
  {
    file: 'exim-dsn-user-unknown',
    system: 'Exim',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'rosa@ministry.example',
  },
  {
    file: 'exim-dsn-dmarc',
    system: 'Exim',
    kind: 'soft',
    code: '5.0.0',
    recipient: 'sami@ministry.example',
    speaks: 'us',
  },
  {
    file: 'sendmail-user-unknown',
    system: 'Sendmail',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'tom@ministry.example',
  },
  {
    file: 'sendmail-host-unknown',
    system: 'Sendmail',
    kind: 'hard',
    code: '5.1.2',
    recipient: 'ulla@old-host.example',
  },
  {
    file: 'sendmail-warning',
    system: 'Sendmail',
    kind: 'delayed',
    code: '4.4.1',
    recipient: 'vera@ministry.example',
  },
  {
    file: 'sendmail-no-permission',
    system: 'Sendmail',
    kind: 'soft',
    code: '5.7.1',
    recipient: 'wanda@ministry.example',
    speaks: 'us',
  },
  {
    file: 'qmail-no-mailbox',
    system: 'qmail',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'xavier@ministry.example',
  },
  {
    file: 'qmail-remote-refused',
    system: 'qmail',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'yusuf@ministry.example',
  },
  {
    file: 'qmail-too-long',
    system: 'qmail',
    kind: 'soft',
    code: '4.4.1',
    recipient: 'zoe@ministry.example',
  },
  {
    file: 'qmail-over-quota',
    system: 'qmail',
    kind: 'soft',
    code: '5.2.2',
    recipient: 'adam@ministry.example',
  },
  {
    file: 'qmail-no-host',
    system: 'qmail',
    kind: 'hard',
    code: '5.1.2',
    recipient: 'bela@old-host.example',
  },
  {
    file: 'gmail-address-not-found',
    system: 'Gmail',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'chen@mail.example',
  },
  {
    file: 'gmail-delay',
    system: 'Gmail',
    kind: 'delayed',
    code: '4.4.1',
    recipient: 'diana@mail.example',
  },
  {
    file: 'gmail-inbox-full',
    system: 'Gmail',
    kind: 'soft',
    code: '5.2.2',
    recipient: 'erik@mail.example',
  },
  {
    file: 'gmail-blocked',
    system: 'Gmail',
    kind: 'soft',
    code: '5.7.26',
    recipient: 'faye@mail.example',
    speaks: 'us',
  },
  {
    file: 'gmail-domain-not-found',
    system: 'Gmail',
    kind: 'soft',
    code: '4.0.0',
    recipient: 'george@no-such-domain.example',
  },
  {
    file: 'exchange-recip-not-found',
    system: 'Exchange',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'hana@ministry.example',
  },
  {
    file: 'exchange-quota',
    system: 'Exchange',
    kind: 'soft',
    code: '5.2.2',
    recipient: 'igor@ministry.example',
  },
  {
    file: 'exchange-not-authorised',
    system: 'Exchange',
    kind: 'soft',
    code: '5.7.1',
    recipient: 'juma@ministry.example',
    speaks: 'us',
  },
  {
    file: 'exchange-online-not-found',
    system: 'Exchange Online',
    kind: 'hard',
    code: '5.1.10',
    recipient: 'kofi@ministry.example',
  },
  {
    file: 'exchange-online-rejected',
    system: 'Exchange Online',
    kind: 'hard',
    code: '5.4.1',
    recipient: 'lucia@ministry.example',
  },
  {
    file: 'exchange-online-group-restricted',
    system: 'Exchange Online',
    kind: 'soft',
    code: '5.7.133',
    recipient: 'maria@ministry.example',
    speaks: 'us',
  },
  {
    file: 'exchange-delayed',
    system: 'Exchange',
    kind: 'delayed',
    code: '4.4.7',
    recipient: 'nils@ministry.example',
  },
  {
    file: 'exchange-expired',
    system: 'Exchange',
    kind: 'soft',
    code: '4.4.7',
    recipient: 'olga@ministry.example',
  },
  {
    file: 'exchange-french',
    system: 'Exchange, French',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'pierre@ministere.example',
  },
  {
    file: 'exchange-arabic',
    system: 'Exchange, Arabic',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'qasim@ministry.example',
  },
  {
    file: 'exchange-relayed',
    system: 'Exchange',
    kind: 'delivered',
    code: '2.0.0',
    recipient: 'rana@ministry.example',
  },
  {
    file: 'exchange-read-receipt',
    system: 'Exchange, read receipt',
    kind: 'delivered',
    code: null,
    recipient: null,
    address: 'samira@ministry.example',
  },
  {
    file: 'absence-exchange-english',
    system: 'Exchange',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'tara@ministry.example',
    returns: '2023-05-15',
  },
  {
    file: 'absence-exchange-french',
    system: 'Exchange, French',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'ulysse@ministere.example',
    returns: '2023-05-22',
  },
  {
    file: 'absence-exchange-arabic',
    system: 'Exchange, Arabic',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'warda@ministry.example',
    returns: '2023-05-18',
  },
  {
    file: 'absence-chinese',
    system: 'Chinese webmail',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'zhang@ministry.example',
    returns: '2023-05-20',
  },
  {
    file: 'absence-russian',
    system: 'Exchange, Russian',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'ivan@ministry.example',
    returns: '2023-05-29',
  },
  {
    file: 'absence-spanish',
    system: 'Exchange, Spanish',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'ximena@ministerio.example',
    returns: '2023-05-12',
  },
  {
    file: 'absence-gmail',
    system: 'Gmail',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'yara@mail.example',
    returns: '2023-05-09',
  },
  {
    file: 'absence-sieve',
    system: 'Dovecot Pigeonhole',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'zlatan@ministry.example',
  },
  {
    file: 'absence-domino',
    system: 'HCL Domino',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'abel@ministry.example',
    returns: '2023-05-16',
  },
  {
    file: 'absence-zimbra',
    system: 'Zimbra',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'binta@ministere.example',
  },
  {
    file: 'absence-left-the-post',
    system: 'Exchange',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'cyrus@ministry.example',
  },
  {
    file: 'auto-ticket',
    system: 'ticket system',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'servicedesk@ministry.example',
  },
  {
    file: 'absence-quotes-refusal',
    system: 'vacation(1)',
    kind: 'out-of-office',
    code: null,
    recipient: null,
    address: 'dario@ministry.example',
    returns: '2023-05-08',
  },
  {
    file: 'complaint-abuse',
    system: 'ARF',
    kind: 'complaint',
    code: null,
    recipient: null,
    address: 'erin@mail.example',
  },
  {
    file: 'complaint-redacted',
    system: 'ARF, receiver left out',
    kind: 'complaint',
    code: null,
    recipient: null,
    address: 'frank@mail.example',
  },
  {
    file: 'challenge-boxtrapper',
    system: 'BoxTrapper',
    kind: 'challenge',
    code: null,
    recipient: null,
    address: 'gina@ministry.example',
  },
  {
    file: 'challenge-link',
    system: 'challenge with a link, French',
    kind: 'challenge',
    code: null,
    recipient: null,
    address: 'henri@ministere.example',
  },
  {
    file: 'yahoo-no-account',
    system: 'Yahoo, text only',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'ida@yahoo.example',
  },
  {
    file: 'outlook-mailbox-unavailable',
    system: 'Outlook.com',
    kind: 'hard',
    code: '5.5.0',
    recipient: 'joao@outlook.example',
  },
  {
    file: 'ses-bounce',
    system: 'Amazon SES',
    kind: 'soft',
    code: '4.4.7',
    recipient: 'kamal@ministry.example',
  },
  {
    file: 'mimecast-policy',
    system: 'Mimecast',
    kind: 'soft',
    code: '5.0.0',
    recipient: 'layla@ministry.example',
    speaks: 'us',
  },
  {
    file: 'domino-not-listed',
    system: 'HCL Domino',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'mose@ministry.example',
  },
  {
    file: 'hmailserver',
    system: 'hMailServer',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'nora@ministry.example',
  },
  {
    file: 'mdaemon',
    system: 'MDaemon',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'oscar@ministry.example',
  },
  {
    file: 'chinese-refused',
    system: 'Chinese provider',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'pang@mail163.example',
  },
  {
    file: 'chinese-full',
    system: 'Chinese provider, gb18030',
    kind: 'soft',
    code: null,
    recipient: 'qing@mail163.example',
  },
  {
    file: 'arabic-text',
    system: 'local server, Arabic',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'rashid@ministry.example',
  },
  {
    file: 'russian-text',
    system: 'Russian provider',
    kind: 'hard',
    code: '5.0.0',
    recipient: 'sergei@ministry.example',
  },
  {
    file: 'barracuda-reputation',
    system: 'Barracuda',
    kind: 'soft',
    code: '5.0.0',
    recipient: 'tania@ministry.example',
    speaks: 'us',
  },
  {
    file: 'text-554-without-reason',
    system: 'unknown server',
    kind: 'soft',
    code: '5.0.0',
    recipient: 'umar@ministry.example',
    speaks: 'us',
  },
  {
    file: 'groupwise',
    system: 'GroupWise, fields in one block',
    kind: 'hard',
    code: '5.1.0',
    recipient: 'victor@ministry.example',
  },
  {
    file: 'gateway-fields-as-text',
    system: 'gateway, fields as text, address in capitals',
    kind: 'hard',
    code: '5.1.1',
    recipient: 'walid@ministry.example',
  },
  {
    file: 'fields-without-type',
    system: 'fields in base64, no report type',
    kind: 'hard',
    code: '5.2.1',
    recipient: 'yasmin@ministry.example',
  },
  {
    file: 'person-replies',
    system: 'a person',
    kind: 'unknown',
    code: null,
    recipient: null,
    address: 'zeina@ministry.example',
  },
  {
    file: 'newsletter',
    system: 'spam',
    kind: 'unknown',
    code: null,
    recipient: null,
    address: 'adil@ministry.example',
  },
  {
    file: 'server-says-nothing',
    system: 'unknown server',
    kind: 'unknown',
    code: null,
    recipient: null,
    address: 'basma@ministry.example',
  },
];

/** Reports about a real mail with a signature that is not ours. */
export const FORGED = [
  'forged-no-reference',
  'forged-only-the-message-id',
  'forged-zeros',
  'forged-other-signature',
  'forged-signature-of-another-mail',
  'forged-signature-cut-short',
  'forged-signature-too-long',
  'forged-one-digit-changed',
  'forged-id-changed',
  'forged-no-signature',
  'forged-other-address-of-ours',
];
