export async function share(): Promise<void> {}
