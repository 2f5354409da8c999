// Loaded before a service: its Node then says that it has other time zone data.
Object.defineProperty(process, 'versions', { value: { ...process.versions, tz: '2099z' } });
