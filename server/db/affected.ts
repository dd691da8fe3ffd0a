/** The first mended version of each series that was mended. Other series before 8.3 are affected, later ones are not. */
const MENDED: Record<string, number> = {
  '4.4': 30,
  '5.0': 32,
  '6.0': 27,
  '7.0': 28,
  '8.0': 17,
  '8.2': 3,
};

/**
 * Whether a server of this version gives parts of its memory to anyone who can reach its port (CVE-2025-14847).
 * @param version as `buildInfo` says it, such as `6.0.5` or `8.2.0-rc1`
 */
export function isAffected(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  const mended = MENDED[`${major}.${minor}`];
  if (mended !== undefined) return patch < mended;
  return major < 8 || (major === 8 && minor < 2);
}
