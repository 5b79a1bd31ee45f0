// Loaded before a program (`node --import`): as that ends, it says on the standard error what it
// has taken in all.

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  process.stderr.write(JSON.stringify({ seconds: (user + system) / 1e6, megabytes }));
});
