/** Stops the MongoDB server of the test run and removes its data. */
export default async function tearDown(): Promise<void> {
  await globalThis.stopTestServer?.();
}
