using NanoIoT.Emulator.Flash;
using NanoIoT.Emulator.Hosting;
using NanoIoT.HardwareProfiles;

namespace NanoIoT.Emulator.Files;

/// <summary>
/// A board's drives, each with its file system's promises. littlefs: a file's content changes all at once when it is
/// committed, or not at all; a rename and a delete are atomic. FAT promises nothing: when power goes, the file that was
/// being changed may be as it was, gone, empty, cut short, or of its new length with garbage in it; other files stay.
/// Paths are <c>I:\folder\file</c>, without regard to case.
/// </summary>
public sealed class VirtualFileSystem : IBoardFiles
{
    private const int BlockBytes = 4096;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _directories = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _changing = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (int Size, bool IsFat)> _drives = new(StringComparer.OrdinalIgnoreCase);
    private readonly PowerSupply _power;
    private int _commitsToFailure = -1;
    private Action<string, byte[]?>? _changed;

    /// <summary>Creates drives without files.</summary>
    /// <param name="power">What their operations draw on.</param>
    /// <param name="drives">The drives, e.g. <c>I:</c>.</param>
    public VirtualFileSystem(PowerSupply power, params IEnumerable<FileSystemLayout> drives)
    {
        ArgumentNullException.ThrowIfNull(power);
        ArgumentNullException.ThrowIfNull(drives);
        _power = power;
        foreach (FileSystemLayout drive in drives)
        {
            if (_drives.TryAdd(drive.Drive, (drive.Size, drive.Type == "fat")))
            {
                _directories.Add(drive.Drive + "\\");
            }
        }

        power.Lost += DamageOpenFiles;
    }

    /// <summary>What FAT makes of a file that was being changed when power went: 0 gone, 1 empty, 2 cut short, 3 garbage.</summary>
    public int FatDamage { get; set; }

    /// <summary>Makes one of the next commits fail, once, as a full or failing medium does.</summary>
    /// <param name="commits">How many succeed before it; -1 for none.</param>
    public void FailCommitAfter(int commits) => _commitsToFailure = commits;

    /// <summary>A copy of everything, on other power: to try many things from one state.</summary>
    /// <param name="power">What the copy's operations draw on.</param>
    /// <returns>The copy.</returns>
    public VirtualFileSystem Clone(PowerSupply power)
    {
        lock (_lock)
        {
            var copy = new VirtualFileSystem(power) { FatDamage = FatDamage };
            foreach ((string drive, (int Size, bool IsFat) layout) in _drives)
            {
                copy._drives.Add(drive, layout);
            }

            copy._directories.UnionWith(_directories);
            foreach ((string path, byte[] content) in _files)
            {
                copy._files.Add(path, content);
            }

            return copy;
        }
    }

    /// <summary>Tells of every file that changes, from now on; null where it is gone.</summary>
    internal void Watch(Action<string, byte[]?> changed) => _changed = changed;

    /// <summary>Puts a file back as it was kept.</summary>
    internal void Restore(string path, byte[]? content)
    {
        lock (_lock)
        {
            AddDirectory(Parent(path));
            if (content is null)
            {
                _files.Remove(path);
            }
            else
            {
                _files[path] = content;
            }
        }
    }

    /// <summary>Every file, for a test to look at or to keep.</summary>
    /// <returns>Paths and contents.</returns>
    public IReadOnlyDictionary<string, byte[]> Snapshot()
    {
        lock (_lock)
        {
            return new Dictionary<string, byte[]>(_files, StringComparer.OrdinalIgnoreCase);
        }
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
    public void BeginChange(string path)
    {
        lock (_lock)
        {
            _changing.Add(path);
        }
    }

    /// <inheritdoc/>
    public void Commit(string path, byte[] content)
    {
        ArgumentNullException.ThrowIfNull(content);
        lock (_lock)
        {
            Require(_directories.Contains(Parent(path)), "Directory not found");
            string drive = path[..2];
            long used = _files.Where(file => file.Key.StartsWith(drive, StringComparison.OrdinalIgnoreCase) && !string.Equals(file.Key, path, StringComparison.OrdinalIgnoreCase))
                .Sum(file => Blocks(file.Value));
            Require(used + Blocks(content) <= _drives[drive].Size, "No space left");
            Require(_commitsToFailure < 0 || _commitsToFailure-- > 0, "I/O error");
            bool existed = _files.ContainsKey(path);
            _power.Do(whole =>
            {
                if (whole)
                {
                    _files[path] = content;
                    _changing.Remove(path);
                    _changed?.Invoke(path, content);
                }
                else if (_drives[drive].IsFat)
                {
                    Damage(path, content);
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
                if (whole || _drives[path[..2]].IsFat)
                {
                    _files.Remove(path);
                    _changed?.Invoke(path, null);
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
                    _changed?.Invoke(from, null);
                    _changed?.Invoke(to, content);
                }
                else if (!whole && _drives[from[..2]].IsFat)
                {
                    _files.Remove(from);
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

    /// <summary>What is open for writing when power goes is, on FAT, as good as being written.</summary>
    private void DamageOpenFiles()
    {
        lock (_lock)
        {
            foreach (string path in _changing.Where(item => _drives[item[..2]].IsFat))
            {
                Damage(path, _files.GetValueOrDefault(path) ?? []);
            }

            _changing.Clear();
        }
    }

    private void Damage(string path, byte[] content)
    {
        switch (FatDamage % 4)
        {
            case 0:
                _files.Remove(path);
                break;
            case 1:
                _files[path] = [];
                break;
            case 2:
                _files[path] = content[..(content.Length / 2)];
                break;
            default:
                byte[] garbage = (byte[])content.Clone();
                for (int i = content.Length / 2; i < garbage.Length; i++)
                {
                    garbage[i] = (byte)(i * 31);
                }

                _files[path] = garbage;
                break;
        }
    }

    private void AddDirectory(string path)
    {
        Require(path.Length >= 2 && _drives.ContainsKey(path[..2]), "Volume not found");
        while (_directories.Add(path))
        {
            path = Parent(path);
        }
    }
}
