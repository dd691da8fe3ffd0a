/** The database that a MongoDB address names; null when it names none. */
export function databaseIn(uri: string): string | null {
  const name = /^[^:]+:\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1];
  return name ? decodeURIComponent(name) : null;
}

/** What a message may show of a MongoDB address: the hosts and the database. */
export function withoutSecrets(uri: string): string {
  return uri.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');
}
