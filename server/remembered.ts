/**
 * What was made for a key is not made again, until there are too many: then all are forgotten. For what depends on nothing but its key, and
 * that nobody changes.
 */
export function remembered<Key, Made>(most = 1000): (key: Key, make: () => Made) => Made {
  const kept = new Map<Key, Made>();
  return (key, make) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = make();
    if (kept.size >= most) kept.clear();
    kept.set(key, made);
    return made;
  };
}
