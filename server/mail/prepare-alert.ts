/** The mail that tells an administrator that the outbox has paused itself; or why it is not wanted any more. */
import type { Services } from '../services.ts';
import { voiceOf } from '../texts.ts';
import type { Made } from './made.ts';
import type { Message } from './message.ts';
import { renderMail } from './render.ts';

export async function prepareAlert(services: Services, message: Message): Promise<Made | string> {
  const { config, accounts, outbox } = services;
  const [account, control] = await Promise.all([
    accounts.active(message.account ?? ''),
    outbox.read(),
  ]);
  if (!account) return 'the account is gone';
  if (control.state === 'running') return 'the outbox runs again';
  const voice = voiceOf(account.language);
  const { host } = new URL(config.publicUrl);
  const content = renderMail(message.template, voice, {
    name: account.email,
    link: `${config.publicUrl}/admin/outbox`,
    host,
    sender: 'Rapporteur',
    demonstration: false,
    when: voice.dateTime(control.since, 'UTC'),
    share: control.reply ?? '',
  });
  return { to: { name: '', email: account.email }, language: voice.language, content };
}
