export async function download(_: string): Promise<void> {}
