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
        private readonly IFirmwarePort _firmware;
        private string _verifiedImage = string.Empty;

        public UpdateVerifier(AgentSettings settings, IFirmwarePort firmware)
        {
            _settings = settings;
            _firmware = firmware;
        }

        /// <summary>Returns normally where the board takes the image.</summary>
        /// <exception cref="MessageException">It does not; the reason says why.</exception>
        public void Verify(Candidate candidate, UpdateRecord record)
        {
            Manifest manifest = candidate.Manifest;
            SemanticVersion? running = SemanticVersion.Parse(_settings.FirmwareVersion);
            Require(IsForProfile(manifest), ReasonCodes.WrongProfile, "not for " + _settings.Profile);
            Require(manifest.Kind == _firmware.Kind, ReasonCodes.UnsupportedKind, manifest.Kind);
            Require(running == null || candidate.Version.CompareTo(running) > 0, ReasonCodes.LowerVersion, manifest.Version + " is below " + _settings.FirmwareVersion);
            Require(manifest.RollbackIndex >= record.RollbackIndex, ReasonCodes.RollbackIndex, manifest.RollbackIndex.ToString() + " is below " + record.RollbackIndex.ToString());
            Require(IsAtLeast(_settings.FirmwareVersion, manifest.MinVersion), ReasonCodes.RequirementNotMet, "needs version " + manifest.MinVersion);
            Require(IsAtLeast(_settings.ClrVersion, manifest.MinClr), ReasonCodes.RequirementNotMet, "needs nanoCLR " + manifest.MinClr);
            Require(
                record.ImageId != candidate.ImageId || record.FailedAttempts < _settings.MaxUpdateAttempts,
                ReasonCodes.TooManyAttempts,
                record.FailedAttempts.ToString() + " attempts failed");
            if (_verifiedImage != candidate.SignedId)
            {
                VerifySignature(candidate.Announcement);
                _verifiedImage = candidate.SignedId;
            }
        }

        private static bool IsAtLeast(string? have, string? need)
        {
            if (need == null)
            {
                return true;
            }

            SemanticVersion? version = SemanticVersion.Parse(have);
            return version != null && version.CompareTo(SemanticVersion.Parse(need)!) >= 0;
        }

        private static void Require(bool holds, string reason, string detail)
        {
            if (!holds)
            {
                throw new MessageException(reason, detail);
            }
        }

        private bool IsForProfile(Manifest manifest)
        {
            for (int i = 0; i < manifest.Profiles.Length; i++)
            {
                if (manifest.Profiles[i] == _settings.Profile)
                {
                    return true;
                }
            }

            return false;
        }

        private void VerifySignature(Announcement announcement)
        {
            for (int i = 0; i < _settings.TrustedKeys.Length; i++)
            {
                TrustedKey key = _settings.TrustedKeys[i];
                if (key.Id == announcement.KeyId)
                {
                    Require(
                        EcdsaP256.Verify(key.PublicKey, Sha256.Hash(announcement.Manifest), announcement.Signature),
                        ReasonCodes.BadSignature,
                        "key " + key.Id);
                    return;
                }
            }

            throw new MessageException(ReasonCodes.UnknownKey, announcement.KeyId.Length > 64 ? "key id too long" : announcement.KeyId);
        }
    }
}
