namespace NanoIoT.Emulator.Hosting;

/// <summary>
/// The deployment image's slots as nanoFramework's in-field update shows them. Results are the numbers of
/// <c>UpdateSessionResult</c>, statuses those of <c>UpdateStatus</c>.
/// </summary>
public interface IBoardFirmware
{
    /// <summary>The update's status.</summary>
    int Status { get; }

    /// <summary>The length of the open session's image, or 0.</summary>
    int SessionLength { get; }

    /// <summary>The next byte the open session takes.</summary>
    int NextOffset { get; }

    /// <summary>The open session's token, or 0.</summary>
    uint SessionToken { get; }

    /// <summary>Opens a session afresh: erases the secondary slot.</summary>
    /// <param name="totalLength">The image's bytes.</param>
    /// <returns>The result.</returns>
    int Start(int totalLength);

    /// <summary>Opens a session where an earlier one got to.</summary>
    /// <param name="totalLength">The image's bytes.</param>
    /// <param name="expectedHeader">The image's first 32 bytes.</param>
    /// <returns>The result.</returns>
    int Resume(int totalLength, byte[] expectedHeader);

    /// <summary>Writes the bytes at <see cref="NextOffset"/>.</summary>
    /// <param name="token">The session's token.</param>
    /// <param name="data">The bytes.</param>
    /// <returns>The result.</returns>
    int Store(uint token, ReadOnlySpan<byte> data);

    /// <summary>Checks the image and marks it for a trial.</summary>
    /// <param name="token">The session's token.</param>
    /// <returns>The result.</returns>
    int Complete(uint token);

    /// <summary>Ends the session.</summary>
    /// <param name="token">The session's token.</param>
    /// <param name="eraseSlot">Whether to erase the secondary slot.</param>
    /// <returns>The result.</returns>
    int Abort(uint token, bool eraseSlot);

    /// <summary>Erases the secondary slot.</summary>
    /// <returns>The result.</returns>
    int Erase();

    /// <summary>Makes the running image permanent.</summary>
    /// <returns>Whether it is.</returns>
    bool Confirm();

    /// <summary>Asks for the old image at the next reboot.</summary>
    /// <returns>Whether it will come.</returns>
    bool RequestRevert();

    /// <summary>What a slot holds.</summary>
    /// <param name="secondary">Whether the secondary slot, else the primary.</param>
    /// <returns>Its description.</returns>
    SlotDescription Describe(bool secondary);
}
