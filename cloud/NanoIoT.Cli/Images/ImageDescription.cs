using System.Globalization;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Shared;
using Spectre.Console;

namespace NanoIoT.Cli.Images;

/// <summary>An image explained: as JSON for programs, as a table for people.</summary>
internal sealed class ImageDescription
{
    private readonly List<(string Name, string Value, string Meaning)> _rows = [];

    public JsonObject Json { get; } = [];

    /// <summary>Whether everything the file says of itself is so.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Whether a key's signature is on it; takes the key as DER (SubjectPublicKeyInfo).</summary>
    public Func<ReadOnlyMemory<byte>, bool> IsSignedBy { get; private set; } = _ => false;

    public static ImageDescription Describe(ReadOnlyMemory<byte> bytes)
    {
        var description = new ImageDescription();
        if (BundleFile.IsBundle(bytes.Span))
        {
            BundleFile bundle = BundleFile.Read(bytes);
            description.IsSignedBy = bundle.IsSignedBy;
            description.Describe(bundle, bytes.Length);
        }
        else if (McuBootImageBuilder.IsImage(bytes.Span))
        {
            McuBootImageFile image = McuBootImageFile.Read(bytes, requireTlvs: false);
            description.IsSignedBy = image.IsSignedBy;
            description.Describe(image, bytes);
        }
        else
        {
            throw new CloudException(ErrorCodes.InvalidRequest, Unknown(bytes.Span));
        }

        return description;
    }

    private static string Unknown(ReadOnlySpan<byte> bytes) => bytes.IsEmpty
        ? "The file is empty. Expected an MCUboot image or a bundle."
        : $"The file is neither an MCUboot image nor a bundle: it begins with {Convert.ToHexStringLower(bytes[..Math.Min(4, bytes.Length)])}.";

    public void Write(IAnsiConsole console)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("what", "value", "meaning");
        foreach ((string name, string value, string meaning) in _rows)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape(value), Markup.Escape(meaning));
        }

        console.Write(table);
    }

    private static string Number(long value) => value.ToString("n0", CultureInfo.InvariantCulture);

    private static string Meaning(ImageTlv tlv, McuBootImageFile image) => tlv.Type switch
    {
        McuBootImageBuilder.KeyHashTlv => "SHA-256 of the key it is signed with",
        McuBootImageBuilder.Sha256Tlv => image.IsHashRight ? "right: header, payload and protected TLVs are whole" : "WRONG: the image is damaged",
        McuBootImageBuilder.EcdsaTlv => "ECDSA P-256; nanoiot firmware verify checks it",
        0x40 => "needs another image",
        McuBootImageBuilder.SecurityCounterTlv => $"security counter {image.SecurityCounter}: MCUboot refuses lower ones",
        _ => "unknown to this tool",
    };

    private void Describe(McuBootImageFile image, ReadOnlyMemory<byte> bytes)
    {
        bool signed = image.Find(McuBootImageBuilder.EcdsaTlv) is not null;
        IsWhole = image.IsHashRight;
        Json["kind"] = ImageKinds.McuBoot;
        Json["version"] = image.Version;
        Json["headerSize"] = image.HeaderSize;
        Json["payloadSize"] = image.PayloadSize;
        Json["flags"] = image.Flags;
        Json["imageSize"] = image.TotalLength;
        Json["fileSize"] = bytes.Length;
        Json["hashValid"] = image.IsHashRight;
        Json["signed"] = signed;
        Json["keyHash"] = image.KeyHash is ReadOnlyMemory<byte> hash ? Convert.ToHexStringLower(hash.Span) : null;
        Json["securityCounter"] = image.SecurityCounter;
        Add("kind", "MCUboot image", "staged byte for byte in the secondary slot");
        Add("version", image.Version, "major.minor.revision+build of the header");
        Add("header", Number(image.HeaderSize) + " bytes", image.HeaderSize == McuBootImageBuilder.HeaderSize ? "as nanoFramework's MCUboot expects" : "nanoFramework's MCUboot expects 512");
        Add("payload", Number(image.PayloadSize) + " bytes", "what the board runs");
        var tlvs = new JsonArray();
        foreach (ImageTlv tlv in image.Tlvs)
        {
            string value = Convert.ToHexStringLower(tlv.Value.Span);
            tlvs.Add(new JsonObject { ["type"] = tlv.Name, ["protected"] = tlv.IsProtected, ["length"] = tlv.Value.Length, ["value"] = value });
            Add("TLV " + tlv.Name, value.Length > 24 ? value[..24] + "…" : value, Meaning(tlv, image));
        }

        Json["tlvs"] = tlvs;
        int rest = bytes.Length - image.TotalLength;
        bool padded = rest >= McuBootImageBuilder.TrailerBytes && bytes.Span.EndsWith(McuBootImageBuilder.TrailerMagic);
        Json["padded"] = padded;
        Json["confirmed"] = padded && bytes.Span[^24] == 1;
        if (rest > 0)
        {
            Add("behind it", Number(rest) + " bytes", !padded ? "unknown" : bytes.Span[^24] == 1 ? "padding and trailer: swaps for good" : "padding and trailer: swaps on trial");
        }

        if (!signed)
        {
            Add("signature", "none", "no MCUboot runs it");
        }
    }

    private void Describe(BundleFile bundle, int fileSize)
    {
        Bundle header = bundle.Header;
        IsWhole = bundle.AreDigestsRight;
        Json["kind"] = ImageKinds.Bundle;
        Json["version"] = header.Version;
        Json["entryType"] = header.EntryType;
        Json["chunkSize"] = header.ChunkSize;
        Json["dataSize"] = header.DataLength;
        Json["fileSize"] = fileSize;
        Json["heapBytes"] = header.HeapBytes;
        Json["hashValid"] = bundle.AreDigestsRight;
        Json["signed"] = bundle.KeyHash is not null;
        Json["keyHash"] = bundle.KeyHash is ReadOnlyMemory<byte> hash ? Convert.ToHexStringLower(hash.Span) : null;
        Add("kind", "bundle", "assemblies for a board that updates by files");
        Add("version", header.Version, "Semantic Versioning");
        Add("entry", header.EntryType, "the type whose Main is the program");
        Add("data", Number(header.DataLength) + " bytes", $"{Number(header.DataLength / header.ChunkSize)} chunks of {Number(header.ChunkSize)} bytes, a digest each");
        Add("heap", Number(header.HeapBytes) + " bytes", "what loading takes of the managed heap, until the next reboot");
        var assemblies = new JsonArray();
        for (int i = 0; i < header.Names.Length; i++)
        {
            assemblies.Add(new JsonObject { ["name"] = header.Names[i], ["offset"] = header.Offsets[i], ["length"] = header.Lengths[i] });
            Add("assembly " + (i + 1).ToString(CultureInfo.InvariantCulture), header.Names[i], $"{Number(header.Lengths[i])} bytes from byte {Number(header.Offsets[i])}");
        }

        Json["assemblies"] = assemblies;
        Add("digests", bundle.AreDigestsRight ? "right" : "WRONG", bundle.AreDigestsRight ? "every chunk is whole" : "the bundle is damaged");
        Add(
            "key",
            bundle.KeyHash is ReadOnlyMemory<byte> key ? Convert.ToHexStringLower(key.Span)[..24] + "…" : "none",
            bundle.KeyHash is null ? "not signed" : "SHA-256 of the key it is signed with; nanoiot firmware verify checks it");
    }

    private void Add(string name, string value, string meaning) => _rows.Add((name, value, meaning));
}
