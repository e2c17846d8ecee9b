using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Storage.Sqlite;

namespace NanoIoT.Cloud.Tests.Stores;

[TestClass]
public sealed class DatabaseTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("nanoiot-db-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_write_that_throws_is_undone_alone()
    {
        string path = Path.Combine(_folder, "a.db");
        SqliteDatabase database = SqliteDatabase.Open(path);
        await using (database.ConfigureAwait(false))
        {
            Task[] writes = [.. Enumerable.Range(0, 300).Select(i => database.WriteAsync(connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = $"INSERT INTO retained(topic, payload, qos, modified) VALUES ('t{i}', x'01', 1, 0)";
                command.ExecuteNonQuery();
                if (i % 3 == 0)
                {
                    throw new InvalidOperationException("no");
                }
            }))];
            await Task.WhenAll(writes.Select(async task =>
            {
                try
                {
                    await task.ConfigureAwait(false);
                }
                catch (InvalidOperationException)
                {
                    // Every third one.
                    return;
                }
            })).ConfigureAwait(false);

            Assert.AreEqual(100, writes.Count(task => task.IsFaulted));
            long rows = database.Read(connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "SELECT count(*) FROM retained";
                return (long)command.ExecuteScalar()!;
            });
            Assert.AreEqual(200, rows);
        }
    }

    [TestMethod]
    public void A_file_that_is_no_database_is_refused_with_a_code()
    {
        string path = Path.Combine(_folder, "b.db");
        File.WriteAllText(path, new string('x', 5000));

        CloudException exception = Assert.ThrowsExactly<CloudException>(() => SqliteDatabase.Open(path));

        Assert.AreEqual(ErrorCodes.DataDamaged, exception.Code);
    }
}
