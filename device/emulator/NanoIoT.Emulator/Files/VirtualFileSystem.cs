using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;

namespace NanoIoT.Emulator.Files;

/// <summary>
/// A file system with littlefs's promises: a file's content changes all at once when it is committed, or not at all; a
/// rename and a delete are atomic. Paths are <c>I:\folder\file</c>, without regard to case.
/// </summary>
public sealed class VirtualFileSystem : IBoardFiles
{
    private const int BlockBytes = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _directories = new(StringComparer.OrdinalIgnoreCase);
    private readonly PowerSupply _power;
    private readonly string _drive;
    private readonly int _size;

    /// <summary>Creates an empty file system.</summary>
    /// <param name="power">What its operations draw on.</param>
    /// <param name="drive">Its drive, e.g. <c>I:</c>.</param>
    /// <param name="size">Its bytes.</param>
    public VirtualFileSystem(PowerSupply power, string drive, int size)
    {
        _power = power;
        _drive = drive;
        _size = size;
        _directories.Add(drive + "\\");
    }

    /// <summary>Puts a file in at the factory: no operation of the board's.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="content">Its content.</param>
    public void Install(string path, byte[] content)
    {
        lock (_lock)
        {
            AddDirectory(Parent(path));
            _files[path] = content;
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (_lock)
        {
            return _files.ContainsKey(path);
        }
    }

    /// <inheritdoc/>
    public bool DirectoryExists(string path)
    {
        lock (_lock)
        {
            return _directories.Contains(Normalize(path));
        }
    }

    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        lock (_lock)
        {
            return _files.TryGetValue(path, out byte[]? content) ? (byte[])content.Clone() : null;
        }
    }

    /// <inheritdoc/>
    public void Commit(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (_lock)
        {
            Require(_directories.Contains(Parent(path)), "Directory not found");
            long used = _files.Where(file => !string.Equals(file.Key, path, StringComparison.OrdinalIgnoreCase)).Sum(file => Blocks(file.Value));
            Require(used + Blocks(content) <= _size, "No space left");
            bool existed = _files.ContainsKey(path);
            _power.Do(whole =>
            {
                if (whole)
                {
                    _files[path] = content;
                }
                else if (!existed)
                {
                    // A new file's entry may be there before its content is.
                    _files[path] = [];
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (_lock)
        {
            Require(_files.ContainsKey(path), "File not found");
            _power.Do(whole =>
            {
                if (whole)
                {
                    _files.Remove(path);
                }
            });
        }
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        lock (_lock)
        {
            Require(_files.ContainsKey(from), "File not found");
            Require(!_files.ContainsKey(to), "Path already exists");
            Require(_directories.Contains(Parent(to)), "Directory not found");
            _power.Do(whole =>
            {
                if (whole && _files.Remove(from, out byte[]? content))
                {
                    _files[to] = content;
                }
            });
        }
    }

    /// <inheritdoc/>
    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            _power.Do(whole =>
            {
                if (whole)
                {
                    AddDirectory(Normalize(path));
                }
            });
        }
    }

    /// <inheritdoc/>
    public void DeleteDirectory(string path, bool recursive)
    {
        lock (_lock)
        {
            string directory = Normalize(path);
            Require(_directories.Contains(directory), "Directory not found");
            Require(recursive || List(path, true).Length + List(path, false).Length == 0, "Directory not empty");
            _power.Do(whole =>
            {
                if (whole)
                {
                    string prefix = directory + "\\";
                    _directories.RemoveWhere(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) || string.Equals(name, directory, StringComparison.OrdinalIgnoreCase));
                    foreach (string file in _files.Keys.Where(name => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)).ToArray())
                    {
                        _files.Remove(file);
                    }
                }
            });
        }
    }

    /// <inheritdoc/>
    public string[] List(string path, bool directories)
    {
        lock (_lock)
        {
            string parent = Normalize(path);
            IEnumerable<string> names = directories ? _directories : _files.Keys;
            return [.. names.Where(name => string.Equals(Parent(name), parent, StringComparison.OrdinalIgnoreCase) && !string.Equals(name, parent, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        }
    }

    private static long Blocks(byte[] content) => (Math.Max(content.Length, 1) + BlockBytes - 1) / BlockBytes * BlockBytes;

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw new IOException(message);
        }
    }

    private static string Parent(string path)
    {
        int separator = path.LastIndexOf('\\');
        return separator <= 2 ? path[..3] : path[..separator];
    }

    private static string Normalize(string path) => path.Length > 3 ? path.TrimEnd('\\') : path;

    private void AddDirectory(string path)
    {
        Require(path.StartsWith(_drive, StringComparison.OrdinalIgnoreCase), "Volume not found");
        while (_directories.Add(path))
        {
            path = Parent(path);
        }
    }
}
