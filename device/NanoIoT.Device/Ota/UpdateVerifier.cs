using NanoIoT.Device.Board;
using NanoIoT.Device.Provisioning;
using NanoIoT.Device.Security;
using NanoIoT.Shared;

namespace NanoIoT.Device.Ota
{
    /// <summary>Whether a board takes an announced image: cheap questions first, the signature last.</summary>
    internal sealed class UpdateVerifier
    {
        private readonly AgentSettings _settings;
        private readonly BoardPorts _ports;
        private string _verifiedImage = string.Empty;

        public UpdateVerifier(AgentSettings settings, BoardPorts ports)
        {
            _settings = settings;
            _ports = ports;
        }

        /// <summary>Returns normally where the board takes the image.</summary>
        /// <exception cref="MessageException">It does not; the reason says why.</exception>
        public void Verify(Candidate candidate, UpdateRecord record, string runningVersion)
        {
            Manifest manifest = candidate.Manifest;
            bool isClr = manifest.Component == Fields.Clr;
            string kind = isClr ? ImageKinds.McuBoot : _ports.Firmware.Kind;
            SemanticVersion? running = SemanticVersion.Parse(runningVersion);
            Require(System.Array.IndexOf(manifest.Profiles, _settings.Profile) >= 0, ReasonCodes.WrongProfile, "not for " + _settings.Profile);
            Require(manifest.Kind == kind, ReasonCodes.UnsupportedKind, manifest.Kind);
            Require(running == null || candidate.Version.CompareTo(running) > 0 || IsWayBack(candidate), ReasonCodes.LowerVersion, manifest.Version + " is below " + runningVersion);

            // The rollback index is the application's; what keeps an old nanoCLR out is its version.
            Require(isClr || manifest.RollbackIndex >= record.RollbackIndex, ReasonCodes.RollbackIndex, manifest.RollbackIndex.ToString() + " is below " + record.RollbackIndex.ToString());
            RequireAtLeast(runningVersion, manifest.MinVersion, "version ");
            RequireAtLeast(_settings.ClrVersion, manifest.MinClr, "nanoCLR ");
            int failures = record.FailuresOf(candidate.ImageId);
            Require(failures < _settings.MaxUpdateAttempts, ReasonCodes.TooManyAttempts, failures.ToString() + " attempts failed");
            if (_verifiedImage != candidate.SignedId)
            {
                VerifySignature(candidate.Announcement);
                _verifiedImage = candidate.SignedId;
            }
        }

        /// <summary>An image that asks for a higher version than its own is the way back from that one: whoever signed it meant it.</summary>
        private static bool IsWayBack(Candidate candidate)
        {
            SemanticVersion? from = SemanticVersion.Parse(candidate.Manifest.MinVersion);
            return from != null && candidate.Version.CompareTo(from) < 0;
        }

        private static void RequireAtLeast(string? have, string? need, string what)
        {
            if (need != null)
            {
                SemanticVersion? version = SemanticVersion.Parse(have);
                Require(version != null && version.CompareTo(SemanticVersion.Parse(need)!) >= 0, ReasonCodes.RequirementNotMet, "needs " + what + need);
            }
        }

        private static void Require(bool holds, string reason, string detail)
        {
            if (!holds)
            {
                throw new MessageException(reason, detail);
            }
        }

        private void VerifySignature(Announcement announcement)
        {
            for (int i = 0; i < _settings.TrustedKeys.Length; i++)
            {
                TrustedKey key = _settings.TrustedKeys[i];
                if (key.Id == announcement.KeyId)
                {
                    Require(EcdsaP256.Verify(key.PublicKey, Sha256.Hash(announcement.Manifest), announcement.Signature), ReasonCodes.BadSignature, "key " + key.Id);
                    return;
                }
            }

            throw new MessageException(ReasonCodes.UnknownKey, announcement.KeyId.Length > 64 ? "key id too long" : announcement.KeyId);
        }
    }
}
