// placeholder, written once approvals are there
export function week() {
  return { policy: { customerId: "noor-trading" }, log: [] };
}
