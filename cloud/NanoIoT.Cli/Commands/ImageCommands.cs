using System.CommandLine;
using NanoIoT.Cli.Images;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Firmware;
using NanoIoT.Cloud.Hosting;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;

namespace NanoIoT.Cli.Commands;

/// <summary><c>nanoiot firmware keygen, build, sign, verify, inspect</c>: images as files, without a service.</summary>
internal static class ImageCommands
{
    private const long MaxFileBytes = 64L * 1024 * 1024;

    public static void AddTo(Command firmware, CommonOptions common)
    {
        firmware.Subcommands.Add(CreateKeygen(common));
        firmware.Subcommands.Add(CreateBuild(common));
        firmware.Subcommands.Add(CreateSign(common));
        firmware.Subcommands.Add(CreateVerify(common));
        firmware.Subcommands.Add(CreateInspect(common));
    }

    private static Command CreateKeygen(CommonOptions common)
    {
        var command = new Command(
            "keygen",
            """
            Makes a P-256 key pair that signs images. The file is readable by its owner alone; one that is there is never written over.

            Example:
              nanoiot firmware keygen --out signing.pem
            """);
        var output = new Option<string>("--out") { Description = "the file for the private key (PEM, PKCS #8)", Required = true };
        command.Options.Add(output);
        common.Run(command, (parsed, report, _) =>
        {
            CommandFiles.RequireWritable(parsed.GetValue(output)!);
            using FirmwareKey key = FirmwareKey.Create(parsed.GetValue(output)!);
            string point = Convert.ToHexStringLower(key.PublicPoint);
            report.Write(
                new { file = parsed.GetValue(output), keyId = key.Id, publicPoint = point },
                _ => report.Line($"key {key.Id} in {parsed.GetValue(output)}\npublic point for boards (trustedKeys): {point}"));
            return Task.FromResult(ExitCodes.Success);
        });
        return command;
    }

    private static Command CreateBuild(CommonOptions common)
    {
        var command = new Command(
            "build",
            """
            Builds a signed image: an MCUboot image, or a bundle for boards that update by files. FILES are .pe files (or .dll for the
            emulator) in load order, each behind those it refers to; or --payload gives raw bytes.

            Examples:
              nanoiot firmware build --kind mcuboot --profile ESP32_S3 --version 1.2.3+4 --key signing.pem --out app.bin mscorlib.pe app.pe
              nanoiot firmware build --kind mcuboot --profile ESP32_S3 --version 1.2.3 --key kms:alias/firmware --security-counter 7 --pad --out app.bin --payload app.raw
              nanoiot firmware build --kind bundle --profile ESP32_REV3 --version 1.2.3 --entry Thermostat.Program --key signing.pem --out app.nib Thermostat.pe
            """);
        var files = new Argument<string[]>("FILES") { Description = "assemblies in load order", Arity = ArgumentArity.ZeroOrMore };
        var kind = new Option<string>("--kind") { Description = "mcuboot or bundle", Required = true };
        kind.AcceptOnlyFromAmong(ImageKinds.McuBoot, ImageKinds.Bundle);
        var profiles = new Option<string[]>("--profile") { Description = "a hardware profile it must fit; may be given again", Required = true };
        var component = new Option<string>("--component") { Description = "app, or clr for the nanoCLR's slot", DefaultValueFactory = _ => Fields.App };
        var version = new Option<string>("--version") { Description = "its version (Semantic Versioning); in an MCUboot header +N is the build number", Required = true };
        var key = new Option<string>("--key") { Description = "the signing key: a PEM file, or kms:KEYID", Required = true };
        var output = new Option<string>("--out") { Description = "the file to write", Required = true };
        var payload = new Option<string?>("--payload") { Description = "raw bytes instead of assemblies (mcuboot)" };
        var entry = new Option<string?>("--entry") { Description = "the full name of the type with Main (bundle; .dll files tell it themselves)" };
        var counter = new Option<uint?>("--security-counter") { Description = "a protected counter: MCUboot refuses lower ones (mcuboot)" };
        var pad = new Option<bool>("--pad") { Description = "pad to the slot, with the trailer that asks for a swap on trial (mcuboot)" };
        var confirm = new Option<bool>("--confirm") { Description = "with --pad: the trailer asks for a swap for good" };
        version.Parses(text => ParseVersion(text));
        profiles.Parses(text => FindProfile(text));
        component.AcceptOnlyFromAmong(Fields.App, Fields.Clr);
        command.Arguments.Add(files);
        foreach (Option option in new Option[] { kind, profiles, component, version, key, output, payload, entry, counter, pad, confirm })
        {
            command.Options.Add(option);
        }

        var aws = AwsConnectionOptions.ForKeys(command);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            // What the command line alone tells comes first: no file is read for a call that cannot succeed.
            SemanticVersion semantic = ParseVersion(parsed.GetValue(version)!);
            HardwareProfile[] boards = [.. parsed.GetValue(profiles)!.Select(FindProfile)];
            string? payloadFile = parsed.GetValue(payload);
            bool isBundle = parsed.GetValue(kind) == ImageKinds.Bundle;
            bool isPadded = parsed.GetValue(pad);
            Require((payloadFile is null) != (parsed.GetValue(files)!.Length == 0), "Either FILES or --payload is required, and not both.");
            Require(!isBundle || (payloadFile is null && parsed.GetValue(counter) is null && !isPadded), "--payload, --security-counter and --pad are for MCUboot images.");
            Require(isPadded || !parsed.GetValue(confirm), "--confirm needs --pad.");
            SlotLayout[] slots = isBundle ? [] : [.. boards.Select(board => FindSlot(board, parsed.GetValue(component)!))];
            Require(!isPadded || slots.Select(slot => slot.Size).Distinct().Count() == 1, "--pad: the slots of the profiles differ in size. Build one file for each profile.");
            AssemblyInput input = AssemblyInput.Read(parsed.GetValue(files)!);
            IFirmwareSigner signer = await FirmwareSigners.OpenAsync(parsed.GetValue(key)!, aws.Read(parsed), cancellationToken).ConfigureAwait(false);
            using var owned = signer as IDisposable;
            byte[] image;
            if (isBundle)
            {
                string entryType = parsed.GetValue(entry) ?? input.FindEntryType()
                    ?? throw CliException.InvalidInput("The files do not tell the type with Main (.pe files never do). Name it with --entry.");
                image = await BundleBuilder.SignAsync(BundleBuilder.Build(input.Assemblies, semantic, entryType, boards), signer, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                byte[] bytes = payloadFile is null ? input.ToPayload() : Read(payloadFile);
                if (bytes.Length == 0)
                {
                    throw CliException.InvalidInput($"--payload: the file '{payloadFile}' is empty.");
                }

                var options = new McuBootOptions { SecurityCounter = parsed.GetValue(counter), PadTo = isPadded ? slots[0].Size : null, IsConfirmed = parsed.GetValue(confirm) };
                image = await McuBootImageBuilder.BuildAsync(bytes, semantic, signer, options, cancellationToken).ConfigureAwait(false);
                CheckFit(McuBootImageFile.Read(image).TotalLength, boards, slots);
            }

            await WriteAsync(parsed.GetValue(output)!, image, cancellationToken).ConfigureAwait(false);
            ImageDescription description = ImageDescription.Describe(image);
            report.Write(description.Json, console =>
            {
                report.Line($"wrote {parsed.GetValue(output)}: {image.Length} bytes");
                description.Write(console);
            });
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateSign(CommonOptions common)
    {
        var command = new Command(
            "sign",
            """
            Signs an image anew, with another key: what it is stays as it is. Padding is left out.

            Example:
              nanoiot firmware sign app.bin --key kms:alias/firmware --out app.signed.bin
            """);
        var file = new Argument<string>("FILE") { Description = "an MCUboot image or a bundle, signed or not" };
        var key = new Option<string>("--key") { Description = "the signing key: a PEM file, or kms:KEYID", Required = true };
        var output = new Option<string>("--out") { Description = "the file to write", Required = true };
        command.Arguments.Add(file);
        command.Options.Add(key);
        command.Options.Add(output);
        var aws = AwsConnectionOptions.ForKeys(command);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            byte[] bytes = Read(parsed.GetValue(file)!);
            IFirmwareSigner signer = await FirmwareSigners.OpenAsync(parsed.GetValue(key)!, aws.Read(parsed), cancellationToken).ConfigureAwait(false);
            using var owned = signer as IDisposable;
            byte[] image = BundleFile.IsBundle(bytes)
                ? await BundleBuilder.SignAsync(BundleFile.Read(bytes).Data, signer, cancellationToken).ConfigureAwait(false)
                : await McuBootImageBuilder.ResignAsync(bytes, signer, cancellationToken).ConfigureAwait(false);
            await WriteAsync(parsed.GetValue(output)!, image, cancellationToken).ConfigureAwait(false);
            report.Write(ImageDescription.Describe(image).Json, _ => report.Line($"wrote {parsed.GetValue(output)}: {image.Length} bytes"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static Command CreateVerify(CommonOptions common)
    {
        var command = new Command(
            "verify",
            """
            Verifies that an image is whole and signed by a key. Exit code 1 where it is not.

            Example:
              nanoiot firmware verify app.bin --key signing.pem
            """);
        var file = new Argument<string>("FILE") { Description = "an MCUboot image or a bundle" };
        var key = new Option<string>("--key") { Description = "the key: private or public, a PEM file, or kms:KEYID", Required = true };
        command.Arguments.Add(file);
        command.Options.Add(key);
        var aws = AwsConnectionOptions.ForKeys(command);
        common.Run(command, async (parsed, report, cancellationToken) =>
        {
            byte[] bytes = Read(parsed.GetValue(file)!);
            ReadOnlyMemory<byte> publicKey = await SigningKeys.OpenPublicAsync(parsed.GetValue(key)!, aws.Read(parsed), cancellationToken).ConfigureAwait(false);
            ImageDescription description = ImageDescription.Describe(bytes);
            bool signed = description.IsSignedBy(publicKey);
            string verdict = signed ? "valid: whole, and signed by this key" : description.IsWhole ? "INVALID: not signed by this key" : "INVALID: damaged";
            report.Write(new { valid = signed, whole = description.IsWhole }, _ => report.Line(verdict));
            return signed ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static Command CreateInspect(CommonOptions common)
    {
        var command = new Command(
            "inspect",
            """
            Explains an image: what it is, what it holds, whether it is whole.

            Examples:
              nanoiot firmware inspect app.bin
              nanoiot firmware inspect app.nib --output json
            """);
        var file = new Argument<string>("FILE") { Description = "an MCUboot image or a bundle" };
        command.Arguments.Add(file);
        common.Run(command, (parsed, report, _) =>
        {
            ImageDescription description = ImageDescription.Describe(Read(parsed.GetValue(file)!));
            report.Write(description.Json, description.Write);
            return Task.FromResult(description.IsWhole ? ExitCodes.Success : ExitCodes.Failure);
        });
        return command;
    }

    private static SemanticVersion ParseVersion(string text) => SemanticVersion.Parse(text)
        ?? throw CliException.Usage($"--version: '{text}' is not a valid semantic version. Use MAJOR.MINOR.PATCH, for example 1.2.3.");

    private static HardwareProfile FindProfile(string name) => ProfileCatalog.Find(name)
        ?? throw CliException.Usage($"--profile: '{name}' does not exist. Allowed are {string.Join(", ", ProfileCatalog.All.Keys.Order(StringComparer.Ordinal))}.");

    private static SlotLayout FindSlot(HardwareProfile profile, string component) =>
        (component == Fields.Clr ? profile.Update.Clr?.Secondary : profile.Update.Secondary)
            ?? throw CliException.Usage(component == Fields.Clr
                ? $"--profile: the nanoCLR of {profile.Name} cannot be updated in the field."
                : $"--profile: {profile.Name} updates by files. Use --kind bundle.");

    private static void CheckFit(int length, HardwareProfile[] boards, SlotLayout[] slots)
    {
        for (int i = 0; i < boards.Length; i++)
        {
            int room = boards[i].Update.ImageCapacity(slots[i]);
            if (length > room)
            {
                throw new CloudException(ErrorCodes.InvalidRequest, $"image: {length} bytes do not fit the slot of {boards[i].Name} beside its trailer ({room} bytes)");
            }
        }
    }

    private static byte[] Read(string file)
    {
        if (new FileInfo(file) is { Exists: true, Length: > MaxFileBytes })
        {
            throw CliException.InvalidInput($"The file '{file}' is larger than {MaxFileBytes} bytes.");
        }

        return CommandFiles.ReadBytes(file);
    }

    /// <summary>Writes the file whole or not at all.</summary>
    private static async Task WriteAsync(string file, byte[] content, CancellationToken cancellationToken)
    {
        CommandFiles.RequireWritable(file);
        string temporary = file + ".tmp";
        try
        {
            await File.WriteAllBytesAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            File.Move(temporary, file, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
        {
            throw CliException.Usage(message);
        }
    }
}
