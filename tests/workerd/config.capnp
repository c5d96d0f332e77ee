# A Worker with the package's own entry for it; `workerd test` runs its test handler.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (services = [(name = "main", worker = .worker)]);

const worker :Workerd.Worker = (
  compatibilityDate = "2026-01-01",
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "agent-interlock", esModule = embed "../../node_modules/agent-interlock/index.workerd.js"),
    (name = "index.workerd.js", esModule = embed "../../node_modules/agent-interlock/index.workerd.js"),
    (name = "gate", esModule = embed "../../node_modules/agent-interlock/gate.workerd.js"),
    (name = "engine.wasm", wasm = embed "../../node_modules/agent-interlock/engine.wasm"),
  ],
);
