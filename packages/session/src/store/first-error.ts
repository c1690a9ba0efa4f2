/** The first error is the one to act on; what clearing up after it meets is added as its cause where there is none yet. */
export async function firstOf(error: unknown, clearUp: () => Promise<void>): Promise<unknown> {
  try {
    await clearUp();
  } catch (left) {
    if (error instanceof Error && error.cause === undefined) error.cause = left;
  }
  return error;
}
