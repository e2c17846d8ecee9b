using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Hosting;

namespace NanoIoT.Cloud.Storage.Sqlite;

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
        """
        CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, alternate TEXT, record TEXT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE INDEX records_by_alternate ON records(kind, alternate) WHERE alternate IS NOT NULL;
        CREATE TABLE audit (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
            resource TEXT NOT NULL, before TEXT, after TEXT);
        CREATE TABLE sessions (client TEXT PRIMARY KEY, principal TEXT NOT NULL, filters TEXT NOT NULL, expiry INTEGER NOT NULL, disconnected INTEGER) WITHOUT ROWID;
        CREATE TABLE session_messages (seq INTEGER PRIMARY KEY AUTOINCREMENT, client TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
            retain INTEGER NOT NULL, properties TEXT, expires INTEGER);
        CREATE INDEX session_messages_by_client ON session_messages(client, seq);
        ALTER TABLE retained ADD COLUMN properties TEXT;
        ALTER TABLE shadows ADD COLUMN deleted INTEGER;
        INSERT INTO records SELECT 'thing', name, NULL, json_object('thingName', name, 'thingId', thing_id, 'thingTypeName', type,
            'attributes', json_patch(json(attributes), json_patch(json_object('profile', profile), iif(region = '', '{}', json_object('region', region)))),
            'staticGroups', json((SELECT json_group_array(group_name) FROM thing_groups g WHERE g.thing = things.name)), 'dynamicGroups', json('[]'),
            'firmware', json(firmware), 'version', version, 'created', created) FROM things;
        INSERT INTO records SELECT 'thingType', type, NULL, json_object('name', type, 'id', lower(hex(randomblob(16))), 'created', min(created), 'searchable', json('[]'))
            FROM things WHERE type IS NOT NULL GROUP BY type;
        INSERT INTO records SELECT 'thingGroup', group_name, NULL, json_object('name', group_name, 'id', lower(hex(randomblob(16))), 'version', 1, 'created', unixepoch())
            FROM thing_groups GROUP BY group_name;
        INSERT INTO records SELECT 'certificate', id, NULL, json_object('id', id, 'pem', pem, 'status', status, 'created', created, 'modified', created) FROM certificates;
        INSERT INTO records SELECT 'thingPrincipal', thing || '|cert/' || id, 'cert/' || id || '|' || thing, json_object('thing', thing, 'principal', 'cert/' || id) FROM certificates;
        INSERT INTO records SELECT 'policyTarget', 'nanoiot-device|cert/' || id, 'cert/' || id || '|nanoiot-device', json_object('policy', 'nanoiot-device', 'target', 'cert/' || id) FROM certificates;
        DROP TABLE thing_groups;
        DROP TABLE certificates;
        DROP TABLE things;
        """,
        """
        CREATE TABLE deliveries (seq INTEGER PRIMARY KEY AUTOINCREMENT, lane TEXT NOT NULL, rule TEXT NOT NULL, action TEXT NOT NULL,
            settings TEXT NOT NULL, payload BLOB NOT NULL, source TEXT NOT NULL, enqueued INTEGER NOT NULL, original BLOB);
        CREATE INDEX deliveries_by_lane ON deliveries(lane, seq);
        CREATE TABLE dead_letters (id INTEGER PRIMARY KEY AUTOINCREMENT, rule TEXT NOT NULL, lane TEXT NOT NULL, action TEXT NOT NULL,
            settings TEXT NOT NULL, payload BLOB NOT NULL, source TEXT NOT NULL, enqueued INTEGER NOT NULL, original BLOB,
            failed INTEGER NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL);
        CREATE INDEX dead_letters_by_rule ON dead_letters(rule, id);
        CREATE TABLE items (tbl TEXT NOT NULL, hash TEXT NOT NULL, range TEXT NOT NULL, item TEXT NOT NULL, modified INTEGER NOT NULL,
            PRIMARY KEY (tbl, hash, range)) WITHOUT ROWID;
        """,
        """
        ALTER TABLE campaigns ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
        CREATE TABLE campaign_events (campaign TEXT NOT NULL, version INTEGER NOT NULL, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
            why TEXT NOT NULL, stage INTEGER NOT NULL, PRIMARY KEY (campaign, version)) WITHOUT ROWID;
        ALTER TABLE progress ADD COLUMN thing_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE progress ADD COLUMN stage INTEGER;
        ALTER TABLE progress ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0;
        UPDATE campaigns SET record = json_remove(json_set(record, '$.version', 1, '$.announced', json('{}'), '$.approved', 31,
            '$.request.abort', json_array(json_object('outcome', 'any', 'percent', coalesce(json_extract(record, '$.request.abortPercent'), 20),
                'minimum', coalesce(json_extract(record, '$.request.abortMinimum'), 5))),
            '$.gate', coalesce(json_extract(record, '$.request.stages[' || json_extract(record, '$.stage') || '].percent'), 100) * 100,
            '$.gates', (SELECT json_group_array(json_object('share', coalesce(json_extract(value, '$.percent'), 100) * 100, 'began', campaigns.created))
                FROM json_each(record, '$.request.stages') WHERE key <= json_extract(record, '$.stage'))),
            '$.request.abortPercent', '$.request.abortMinimum');
        """,
        """
        INSERT INTO records SELECT 'artifact', component || '|' || version, NULL, json_object('component', component, 'version', version, 'manifest', base64(manifest),
            'signature', base64(signature), 'keyId', key_id, 'file', file, 'created', created) FROM artifacts;
        DROP TABLE artifacts;
        """,
    ];

    /// <summary>Brings a database to this version's schema.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="mustExist">Whether an empty one is refused, as what a service stored in it is gone.</param>
    /// <exception cref="CloudException">It was written by a newer version, or is empty.</exception>
    public static void Apply(SqliteConnection connection, string path, bool mustExist)
    {
        connection.CreateFunction<byte[], string>("base64", Convert.ToBase64String, isDeterministic: true);
        long version = connection.Scalar<long>("PRAGMA user_version");
        if (version > s_steps.Length)
        {
            throw new CloudException(
                ErrorCodes.DataNewer,
                $"The database {path} was written by a newer version of nanoIoT (schema {version}); this version reads schemas up to {s_steps.Length}. "
                + "Start the newer version, or restore the backup from before the upgrade.");
        }

        if (version == 0 && mustExist)
        {
            throw new CloudException(
                ErrorCodes.DataDamaged, $"The database {path} is empty, but its folder was in use. Restore it from a backup. Only --init starts with an empty database.");
        }

        for (; version < s_steps.Length; version++)
        {
            using SqliteTransaction transaction = connection.BeginTransaction();
            connection.Run(s_steps[version]);
            connection.Run($"PRAGMA user_version={version + 1}");
            transaction.Commit();
        }
    }
}
