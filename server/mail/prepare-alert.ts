/** The mail that tells an administrator that the outbox has paused itself. */
import type { Services } from '../services.ts';
import { voiceOf } from '../texts.ts';
import { addressed } from './addressed.ts';
import type { Message } from './message.ts';
import type { Prepared } from './prepare.ts';
import { renderMail } from './render.ts';

export async function prepareAlert(services: Services, message: Message): Promise<Prepared> {
  const { config, accounts, outbox } = services;
  const [account, control] = await Promise.all([
    accounts.active(message.account ?? ''),
    outbox.read(),
  ]);
  if (!account) return { ok: false, reason: 'the account is gone' };
  if (control.state === 'running') return { ok: false, reason: 'the outbox runs again' };
  const voice = voiceOf(account.language);
  const { host } = new URL(config.publicUrl);
  const content = await renderMail(message.template, voice, {
    name: account.email,
    link: `${config.publicUrl}/admin/outbox`,
    host,
    sender: 'Rapporteur',
    demonstration: false,
    when: voice.dateTime(control.since, 'UTC'),
    share: control.reply ?? '',
  });
  const to = { name: '', email: account.email };
  return { ok: true, mail: addressed(services, message, voice.language, to, content) };
}
