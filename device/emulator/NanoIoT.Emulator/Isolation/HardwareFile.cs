using System.Text;
using NanoIoT.Emulator.Flash;

namespace NanoIoT.Emulator.Isolation;

/// <summary>
/// A board's flash and drives in a file: what changes is appended as it changes, so that a process that dies at any moment
/// leaves what a board would. A record is: kind (0 to 5 the flash's number, 255 a file), sector or path, length (-1 for
/// erased or gone), content.
/// </summary>
public sealed class HardwareFile : IDisposable
{
    private const byte FileKind = 255;

    private readonly BinaryWriter _writer;
    private readonly Lock _lock = new();

    private HardwareFile(BinaryWriter writer)
    {
        _writer = writer;
    }

    /// <summary>Brings hardware to the state a file keeps, and keeps its changes there from now on.</summary>
    /// <param name="hardware">The hardware, as it left the factory.</param>
    /// <param name="path">The file; made where it is not there.</param>
    /// <returns>The open file.</returns>
    public static HardwareFile Attach(BoardHardware hardware, string path)
    {
        ArgumentNullException.ThrowIfNull(hardware);
        IReadOnlyList<VirtualFlash> flashes = hardware.Flashes();
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        stream.SetLength(Replay(stream, hardware, flashes));
        stream.Seek(0, SeekOrigin.End);
        var file = new HardwareFile(new BinaryWriter(stream, Encoding.UTF8));
        for (int i = 0; i < flashes.Count; i++)
        {
            byte kind = (byte)i;
            flashes[i].Watch((sector, content) => file.Append(kind, writer => writer.Write(sector), content));
        }

        hardware.Files.Watch((name, content) => file.Append(FileKind, writer => writer.Write(name), content));
        return file;
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <summary>Reads records; one cut short by the process's end was an operation that did not happen.</summary>
    /// <returns>The length of the whole ones.</returns>
    private static long Replay(FileStream stream, BoardHardware hardware, IReadOnlyList<VirtualFlash> flashes)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        long whole = 0;
        try
        {
            while (stream.Position < stream.Length)
            {
                byte kind = reader.ReadByte();
                int sector = kind == FileKind ? 0 : reader.ReadInt32();
                string path = kind == FileKind ? reader.ReadString() : string.Empty;
                int length = reader.ReadInt32();
                byte[]? content = length < 0 ? null : reader.ReadBytes(length);
                if (content is not null && content.Length != length)
                {
                    break;
                }

                if (kind == FileKind)
                {
                    hardware.Files.Restore(path, content);
                }
                else
                {
                    flashes[kind].Restore(sector, content);
                }

                whole = stream.Position;
            }
        }
        catch (EndOfStreamException)
        {
            // The record that was being written.
            return whole;
        }

        return whole;
    }

    private void Append(byte kind, Action<BinaryWriter> key, byte[]? content)
    {
        lock (_lock)
        {
            _writer.Write(kind);
            key(_writer);
            _writer.Write(content?.Length ?? -1);
            _writer.Write(content ?? []);
            _writer.Flush();
        }
    }
}
