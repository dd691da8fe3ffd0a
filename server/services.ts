/** The collaborators of the application, built once at the edge and passed in. */
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { accountStore } from './accounts/store.ts';
import { auditStore } from './audit/store.ts';
import { bounceStore } from './bounces/store.ts';
import type { Clock } from './clock.ts';
import { columnsKeeper } from './columns/keep.ts';
import { columnStore } from './columns/store.ts';
import type { Config } from './config.ts';
import { withTransaction } from './db/connection.ts';
import { leases } from './db/leases.ts';
import { delegateStore } from './invitations/delegate-store.ts';
import { referralStore } from './invitations/referral-store.ts';
import { invitationStore, linkStore } from './invitations/store.ts';
import { controlStore } from './mail/control-store.ts';
import { dnsLookup } from './mail/dns.ts';
import { mailingStore } from './mail/mailing-store.ts';
import { messageStore } from './mail/store.ts';
import { templateStore } from './mail/template-store.ts';
import { templateTexts } from './mail/template-texts.ts';
import { wordFiles } from './papers/word-files.ts';
import { cutOffStore } from './progress/cut-off-store.ts';
import { rateStore } from './progress/rate-store.ts';
import { themeStore } from './progress/theme-store.ts';
import { catalogue } from './questionnaire/catalogue.ts';
import { questionnaireStore } from './questionnaire/store.ts';
import { openReceiptKey } from './receipt-key.ts';
import { fileStore } from './responses/file-store.ts';
import { noteStore } from './responses/note-store.ts';
import { seatStore } from './responses/seat-store.ts';
import { responseStore } from './responses/store.ts';
import { followUpStore } from './review/follow-up-store.ts';
import { stateReviewStore } from './review/state-review-store.ts';
import { clarificationStore } from './review/store.ts';
import { extensionStore } from './rounds/extension-store.ts';
import { reminderStore } from './rounds/reminder-store.ts';
import { roundStore } from './rounds/store.ts';
import { openSecrets } from './secrets.ts';
import { contactImportStore } from './states/import-store.ts';
import { contactStore, stateStore } from './states/store.ts';
import { workbooks } from './states/workbooks.ts';

export type Services = ReturnType<typeof buildServices>;
/** What every write of a transaction is given. */
export type Session = Parameters<Parameters<Services['transaction']>[0]>[0];

export function buildServices(connection: Connection, config: Config, clock: Clock, log: Logger) {
  const rounds = roundStore(connection);
  const states = stateStore(connection);
  const responses = responseStore(connection);
  const columnBlocks = columnStore(connection);
  const stateReviews = stateReviewStore(connection);
  /** What was answered by a version, in a round or about a State, keeps it as it is. */
  const pins = async (key: string, version: number) =>
    (await rounds.pins(key, version)) || (await stateReviews.pins(key, version));
  return {
    config,
    clock,
    log,
    connection,
    secrets: openSecrets(config.secret, config.dataDir),
    receiptKey: openReceiptKey(config.secret, config.dataDir),
    catalogue: catalogue(questionnaireStore(connection), pins),
    states,
    contacts: contactStore(connection),
    contactImports: contactImportStore(connection),
    rounds,
    extensions: extensionStore(connection),
    invitations: invitationStore(connection),
    links: linkStore(connection),
    referrals: referralStore(connection),
    delegates: delegateStore(connection),
    rates: rateStore(connection),
    themes: themeStore(connection),
    messages: messageStore(connection),
    mailings: mailingStore(connection),
    templates: templateTexts(templateStore(connection)),
    reminders: reminderStore(connection),
    bounces: bounceStore(connection),
    dns: dnsLookup(config.dnsServer),
    outbox: controlStore(connection),
    responses,
    seats: seatStore(connection),
    columnBlocks,
    columns: columnsKeeper({ connection, columnBlocks, responses, states }, config.columnsMemory),
    cutOffs: cutOffStore(connection),
    notes: noteStore(connection),
    clarifications: clarificationStore(connection),
    followUps: followUpStore(connection),
    stateReviews,
    files: fileStore(connection),
    accounts: accountStore(connection),
    audit: auditStore(connection),
    leases: leases(connection),
    wordFiles: wordFiles(),
    workbooks: workbooks(),
    /** One transaction; what is done in it may run twice, so it must have no effect outside the database. */
    transaction: <T>(work: Parameters<typeof withTransaction<T>>[1]) =>
      withTransaction(connection, work),
  };
}
