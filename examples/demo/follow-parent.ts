// Loaded into the app before its own code: however the demo ends, the app does not outlive it.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
process.channel?.unref();
