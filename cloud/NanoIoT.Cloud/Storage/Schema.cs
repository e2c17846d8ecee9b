using Microsoft.Data.Sqlite;

namespace NanoIoT.Cloud.Storage;

/// <summary>The tables, in steps that are each applied once; <c>PRAGMA user_version</c> says how far a file is.</summary>
internal static class Schema
{
    private static readonly string[] s_steps =
    [
        """
        CREATE TABLE things (
            name TEXT PRIMARY KEY, thing_id TEXT NOT NULL, type TEXT, profile TEXT NOT NULL, region TEXT NOT NULL,
            attributes TEXT NOT NULL, firmware TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE thing_groups (group_name TEXT NOT NULL, thing TEXT NOT NULL REFERENCES things(name) ON DELETE CASCADE,
            PRIMARY KEY (group_name, thing)) WITHOUT ROWID;
        CREATE INDEX thing_groups_by_thing ON thing_groups(thing);
        CREATE TABLE certificates (id TEXT PRIMARY KEY, thing TEXT NOT NULL REFERENCES things(name) ON DELETE CASCADE,
            pem TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX certificates_by_thing ON certificates(thing);
        CREATE TABLE shadows (thing TEXT NOT NULL, name TEXT NOT NULL, document TEXT, version INTEGER NOT NULL,
            PRIMARY KEY (thing, name)) WITHOUT ROWID;
        CREATE TABLE retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE artifacts (component TEXT NOT NULL, version TEXT NOT NULL, manifest BLOB NOT NULL, signature BLOB NOT NULL,
            key_id TEXT NOT NULL, file TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (component, version)) WITHOUT ROWID;
        CREATE TABLE campaigns (id TEXT PRIMARY KEY, created INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE progress (campaign TEXT NOT NULL, thing TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT,
            detail TEXT, from_version TEXT NOT NULL, to_version TEXT NOT NULL, bytes INTEGER NOT NULL, ts INTEGER NOT NULL,
            received INTEGER NOT NULL, reports INTEGER NOT NULL, PRIMARY KEY (campaign, thing)) WITHOUT ROWID;
        """,
        "ALTER TABLE progress ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;",
    ];

    public static void Apply(SqliteConnection connection)
    {
        long version = connection.Scalar<long>("PRAGMA user_version");
        for (; version < s_steps.Length; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            connection.Run(s_steps[version]);
            connection.Run($"PRAGMA user_version={version + 1}");
            transaction.Commit();
        }
    }
}
