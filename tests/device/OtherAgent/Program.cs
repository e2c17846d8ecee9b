using System;
using System.Threading;
using nanoFramework.Runtime.InFieldUpdate;
using NanoIoT.Device.Boards;
using NanoIoT.Device.UpdateProvider;

namespace OtherAgent
{
    /// <summary>
    /// An application with an update agent of its own, as simple as one can be: it pulls from a provider, stages, reboots,
    /// and confirms after the next start. The test writes over the text below, in the compiled binary, which version it is.
    /// </summary>
    public static class Program
    {
        private const string Folder = "I:\\nanoiot";

        /// <summary>The program.</summary>
        public static void Main()
        {
            AgentOptions options = AgentOptions.Load(Folder);
            options.Settings.FirmwareVersion = "VERSION.....".TrimEnd('.');
            var provider = new CampaignUpdateProvider(Folder);
            new DeviceAgent(options, provider).Start();
            if (UpdateManager.GetStatus(ImageType.Deployment) == UpdateStatus.Testing)
            {
                Thread.Sleep(1000);
                UpdateManager.ConfirmDeploymentImage();
                Console.WriteLine("other agent: confirmed");
            }

            while (true)
            {
                Thread.Sleep(100);
                if (provider.TryGetOffer(out Version version, out int length) && UpdateManager.GetStatus(ImageType.Deployment) == UpdateStatus.Confirmed)
                {
                    Console.WriteLine("other agent: offered " + version.Major.ToString() + "." + version.Minor.ToString() + "." + version.Build.ToString() + ", " + length.ToString() + " bytes");
                    Update(provider, length);
                }
            }
        }

        private static void Update(IUpdateProvider provider, int length)
        {
            UpdateManager.StartUpdateSession(ImageType.Deployment, length, out UpdateSession session);
            var buffer = new byte[3000];
            int offset = 0;
            int count;
            while ((count = provider.Read(offset, buffer)) > 0)
            {
                UpdateManager.StoreImageChunk(session, buffer, 0, count);
                offset += count;
            }

            if (count == 0 && UpdateManager.CompleteUpdateSession(session) == UpdateSessionResult.Success)
            {
                // Our agent reports staged, and then reboots when the policy agrees; this one leaves it to it.
                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
