using System;
using System.Threading;
using NanoIoT.Device.Boards;
using NanoIoT.Shared;

namespace NanoIoT.Device.Loader
{
    /// <summary>
    /// The resident program of a board that updates by files: decides which slot runs, checks it, loads it, and watches its
    /// trial. It is in the deployment region and never updated, as are the agent and its libraries; so it is small, and
    /// every state the files can be in has an answer:
    /// <code>
    /// record          slot on trial   decision
    /// no trial        –               the active slot
    /// trial, boots    whole           count the boot down, durably; then the slot on trial, under guard
    /// trial, none     –               end the trial, reason trial-boots-used; the active slot
    /// trial           damaged         end the trial, reason image-refused; the active slot
    /// any             active damaged  the other slot on trial, if it is whole and no trial of it has failed; else recovery:
    ///                                 the resident agent alone, which can bring a bundle
    /// </code>
    /// A count that cannot be stored is as a count used up: a bundle that crashes must not be started for ever.
    /// </summary>
    public sealed class SlotLoader
    {
        private readonly FileSlots _slots;
        private readonly IAssemblyHost _host;
        private readonly string _folder;

        /// <summary>The slots of the loader that runs, for the application it loaded; null before <see cref="Run"/>.</summary>
        public static FileSlots? Slots { get; private set; }

        /// <summary>Creates the loader.</summary>
        /// <param name="slots">The slots.</param>
        /// <param name="host">What bundles run with, or null for the CLR itself.</param>
        public SlotLoader(FileSlots slots, IAssemblyHost? host = null)
        {
            _slots = slots;
            _folder = slots.Folder;
            _host = host ?? new ClrHost();
        }

        /// <summary>The loader's version, for <see cref="Provisioning.AgentSettings.LoaderVersion"/>.</summary>
        public const string Version = "1.0.0";

        /// <summary>Runs a board: its application, or, where neither slot holds one that is whole, the recovery program.</summary>
        /// <param name="trialSeconds">How long a trial may take before the guard ends it.</param>
        /// <param name="recovery">A program with nothing but the resident agent, which can bring a bundle.</param>
        public void Run(int trialSeconds, ThreadStart recovery)
        {
            Slots = _slots;
            Bundle? bundle = Choose();
            if (bundle == null)
            {
                Console.WriteLine("loader: no bundle is whole, recovery");
                recovery();
                return;
            }

            TrialGuard.Run(_slots, trialSeconds, () =>
            {
                Load(bundle);
                _host.Run(bundle.EntryType);
            });
        }

        /// <summary>Decides which slot runs, and makes the decision durable.</summary>
        /// <returns>Its bundle, checked; null where neither slot is whole.</returns>
        public Bundle? Choose()
        {
            BootRecord record = BootRecord.Load(_folder);
            if (record.Trial != BootRecord.None)
            {
                Bundle? trial = BeginTrial(record);
                if (trial != null)
                {
                    return trial;
                }
            }

            Bundle? bundle = Open(record, record.Active);
            int other = 1 - record.Active;
            if (bundle == null && record.Ended != other && new SlotFile(_folder, other).ReadHeader() != null)
            {
                // What should run is lost; what is whole and not known to fail may prove itself.
                record.Trial = (byte)other;
                record.BootsLeft = FileSlots.TrialBoots;
                bundle = BeginTrial(record);
            }

            return bundle;
        }

        private Bundle? BeginTrial(BootRecord record)
        {
            byte slot = record.Trial;
            string reason = ReasonCodes.TrialBootsUsed;
            if (record.BootsLeft > 0)
            {
                Bundle? bundle = Open(record, slot);
                record.BootsLeft--;
                if (bundle != null && record.Save())
                {
                    return bundle;
                }

                reason = bundle == null ? ReasonCodes.ImageRefused : ReasonCodes.FlashError;
            }

            record.Trial = BootRecord.None;
            record.Ended = slot;
            _slots.Explain(reason, string.Empty);
            record.Save();
            return null;
        }

        private Bundle? Open(BootRecord record, int slot)
        {
            var digest = new byte[BootRecord.DigestBytes];
            Bundle? bundle = new SlotFile(_folder, slot).Check(digest);
            if (bundle == null || !IsExpected(record, slot, digest))
            {
                return null;
            }

            _slots.Running = slot;
            return bundle;
        }

        private static bool IsExpected(BootRecord record, int slot, byte[] digest)
        {
            bool known = false;
            bool same = true;
            for (int i = 0; i < digest.Length; i++)
            {
                byte expected = record.Digests[(slot * digest.Length) + i];
                known |= expected != 0;
                same &= expected == digest[i];
            }

            return same || !known;
        }

        /// <summary>Loads a chosen bundle's assemblies, in their order.</summary>
        /// <param name="bundle">The bundle <see cref="Choose"/> answered.</param>
        /// <exception cref="Exception">An assembly cannot be read or loaded.</exception>
        public void Load(Bundle bundle)
        {
            var file = new SlotFile(_folder, _slots.Running);
            for (int i = 0; i < bundle.Names.Length; i++)
            {
                var assembly = new byte[bundle.Lengths[i]];
                if (!SlotFile.ReadAt(file.DataPath, bundle.Offsets[i], assembly, assembly.Length))
                {
                    throw new Exception("cannot read " + bundle.Names[i]);
                }

                _host.Load(bundle.Names[i], assembly);
            }
        }
    }
}
