using System;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading;
using NanoIoT.Device.Boards;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Provisioning
{
    /// <summary>
    /// Who the board is: the certificate it connects with. It begins with what the board was flashed with (<c>thing.pem</c>,
    /// <c>thing.key</c>: its own, or a claim), which goes into a record of two files in turn; every step is one write of it.
    ///
    ///   claim     ask ──record: next──> provision ──record: next is the one──> a thing
    ///   renewal   ask ──record: next──> provision ──> connect with it (tried) ──record: next is the one, unconfirmed──>
    ///             tell the service, which gives the former up ──record: confirmed
    ///
    /// A power cut before "next" leaves the former certificate. After it the step is done again with the same token, which
    /// the service answers as before. A next certificate that the service refuses is dropped, and the former goes on. The
    /// former is given up only by a message over the new one's own connection, after the new one is recorded: whenever power
    /// goes, the one that is recorded works. Call <see cref="Open"/> before the agent is made, <see cref="Watch"/> when it runs.
    /// </summary>
    public sealed class BoardIdentity
    {
        private const long TicksPerDay = 864000000000;
        private const int FirstLookMilliseconds = 60000;
        private const int LookMilliseconds = 86400000;
        private const int AgainMilliseconds = 3600000;

        private readonly AgentOptions _options;
        private readonly RecordPair _files;
        private IdentityRecord _record = new IdentityRecord();

        private BoardIdentity(AgentOptions options)
        {
            _options = options;
            _files = new RecordPair(new IdentityFiles(options.StateFolder));
        }

        /// <summary>What went wrong last; empty where nothing did.</summary>
        public string Error = string.Empty;

        /// <summary>Whether the board is a thing: it was flashed as one, or has been provisioned.</summary>
        public bool IsProvisioned => _options.Settings.ThingName.Length > 0;

        /// <summary>
        /// Reads who the board is and puts it into the options. What it was flashed with since the last start is taken over
        /// into the record, and the files are deleted.
        /// </summary>
        /// <param name="options">The options, loaded.</param>
        /// <returns>The identity.</returns>
        public static BoardIdentity Open(AgentOptions options)
        {
            var identity = new BoardIdentity(options);
            identity.Load();
            return identity;
        }

        /// <summary>
        /// Becomes a thing: with the claim the board was flashed with, gets a key and a certificate of its own. Does nothing
        /// where the board is a thing already. Takes seconds, and may be called again until it succeeds.
        /// </summary>
        /// <param name="template">The provisioning template, e.g. <c>nanoiot-fleet</c>.</param>
        /// <param name="serialNumber">The board's serial number: 1 to 64 of letters, digits, - and _.</param>
        /// <returns>Whether the board is a thing; <see cref="Error"/> says why not.</returns>
        public bool Provision(string template, string serialNumber)
        {
            if (IsProvisioned)
            {
                return true;
            }

            ServiceConnection connection = ServiceConnection.Open(_options, _record.Certificate, _record.PrivateKey, "claim-" + serialNumber);
            Error = connection.Error;
            byte[]? answer = Error.Length == 0 && (_record.Token.Length > 0 || Ask(connection, serialNumber)) ? ProvisionNext(connection, template, serialNumber) : null;
            connection.Close();
            if (answer == null)
            {
                return false;
            }

            string thing = ServiceConnection.TextOf(answer, "thingName");
            if (thing.Length == 0)
            {
                return Fail("the service named no thing");
            }

            IdentityRecord next = Copy();
            next.Thing = thing;
            next.Certificate = next.NextCertificate;
            next.PrivateKey = next.NextPrivateKey;
            next.DropNext();
            return Record(next);
        }

        /// <summary>
        /// Gets the next certificate where the present one ends soon, and finishes what a power cut interrupted. Takes
        /// seconds. The options hold the new certificate then: the agent connects with it next time.
        /// </summary>
        /// <param name="daysBefore">How many days before its end a certificate is renewed, 1 to 10,000.</param>
        /// <returns>Whether all is well; <see cref="Error"/> says what is not. The present certificate goes on to work.</returns>
        public bool Renew(int daysBefore)
        {
            Error = string.Empty;
            string thing = _options.Settings.ThingName;
            if (_record.IsUnconfirmed)
            {
                return Confirm(null, thing);
            }

            if (_record.Token.Length == 0 && !IsDue(daysBefore))
            {
                return true;
            }

            ServiceConnection connection = ServiceConnection.Open(_options, _options.Certificate, _options.PrivateKey, ClientId(thing));
            Error = connection.Error;
            bool ready = Error.Length == 0 && (_record.Token.Length > 0 || Ask(connection, thing))
                && ProvisionNext(connection, CertificateTopics.RotationTemplate, string.Empty) != null;
            connection.Close();
            return ready && Try(thing);
        }

        /// <summary>Looks once a day, on a thread of its own, and renews; where that fails, again after an hour.</summary>
        /// <param name="daysBefore">How many days before its end a certificate is renewed.</param>
        public void Watch(int daysBefore)
        {
            new Thread(() =>
            {
                int wait = FirstLookMilliseconds;
                while (true)
                {
                    Thread.Sleep(wait);
                    bool done = false;
                    try
                    {
                        done = Renew(daysBefore);
                    }
                    catch (Exception exception)
                    {
                        // The thread must outlive whatever the platform throws.
                        Error = exception.Message;
                    }

                    if (!done)
                    {
                        Console.WriteLine("certificate not renewed: " + Error);
                    }

                    wait = done ? LookMilliseconds : AgainMilliseconds;
                }
            }).Start();
        }

        /// <summary>A client id beside the agent's own: both connections live side by side.</summary>
        private static string ClientId(string thing) => thing + ":certificate";

        private bool Fail(string error)
        {
            Error = error;
            return false;
        }

        private void Load()
        {
            byte[]? bytes = _files.Read();
            IdentityRecord? stored = bytes == null ? null : IdentityRecord.Parse(bytes);
            byte[]? seed = IdentityFiles.ReadOrNull(_options.StateFolder + "\\seed.bin");
            bool isFlashed = _options.Certificate.Length > 0 && _options.PrivateKey.Length > 0 && (stored == null || stored.Certificate != _options.Certificate);
            _record = stored ?? new IdentityRecord();
            if (isFlashed)
            {
                // New since the record: the board was flashed with another identity, or is new itself.
                _record = new IdentityRecord
                {
                    Thing = _options.Settings.ThingName,
                    Certificate = _options.Certificate,
                    PrivateKey = _options.PrivateKey,
                    Seed = seed != null && seed.Length == EntropyPool.SeedLength ? seed : _record.Seed,
                };
            }

            bool isStored = !isFlashed || _files.Write(_record.ToBytes());
            if (isStored)
            {
                // Where they are still there, power went before this: the record holds all of them.
                IdentityFiles.Delete(_options.StateFolder + "\\seed.bin");
                IdentityFiles.Delete(_options.StateFolder + "\\thing.key");
                IdentityFiles.Delete(_options.StateFolder + "\\thing.pem");
            }
            else
            {
                Error = "no room for the identity's record";
            }

            Apply();
        }

        private void Apply()
        {
            _options.Certificate = _record.Certificate;
            _options.PrivateKey = _record.PrivateKey;
            if (_record.Thing.Length > 0)
            {
                _options.Settings.ThingName = _record.Thing;
            }
        }

        private IdentityRecord Copy() => IdentityRecord.Parse(_record.ToBytes())!;

        /// <summary>Makes a record the one that counts: stored first, and then acted on.</summary>
        private bool Record(IdentityRecord next)
        {
            if (!_files.Write(next.ToBytes()))
            {
                return Fail("the identity's record cannot be written");
            }

            _record = next;
            Apply();
            return true;
        }

        private bool IsDue(int daysBefore)
        {
            DateTime now = DateTime.UtcNow;
            if (now.Year < 2024)
            {
                // The board does not know the time; the agent asks for it when it starts.
                return false;
            }

            var certificate = new X509Certificate2(_options.Certificate);
            return certificate.NotAfter.Ticks - now.Ticks < daysBefore * TicksPerDay;
        }

        /// <summary>Gets the next certificate: for a key made here, or, where the board has no seed, with a key of the service's.</summary>
        private bool Ask(ServiceConnection connection, string commonName)
        {
            IdentityRecord next = Copy();
            byte[]? answer;
            if (next.Seed.Length != EntropyPool.SeedLength)
            {
                answer = connection.Request(CertificateTopics.Create, Encoding.UTF8.GetBytes("{}"));
            }
            else
            {
                // The next seed is stored before this one is drawn from: no key is made twice.
                byte[] seed = next.Seed;
                next.Seed = EntropyPool.NextSeed(seed);
                if (!Record(next))
                {
                    return false;
                }

                next = Copy();
                KeyPair pair = KeyPair.Create(EntropyPool.Open(seed));
                next.NextPrivateKey = pair.ToPem();
                var json = new JsonWriter();
                json.StartObject();
                json.Member("certificateSigningRequest", SigningRequest.Create(pair, commonName));
                json.EndObject();
                answer = connection.Request(CertificateTopics.CreateFromCsr, json.ToBytes());
            }

            if (answer == null)
            {
                return Fail(connection.Error);
            }

            next.NextCertificate = ServiceConnection.TextOf(answer, "certificatePem");
            next.Token = ServiceConnection.TextOf(answer, "certificateOwnershipToken");
            if (next.NextPrivateKey.Length == 0)
            {
                next.NextPrivateKey = ServiceConnection.TextOf(answer, "privateKey");
            }

            return next.NextCertificate.Length == 0 || next.NextPrivateKey.Length == 0 || next.Token.Length == 0 ? Fail("the service's answer lacks a part") : Record(next);
        }

        /// <summary>Has the service attach the next certificate.</summary>
        /// <returns>Its answer, or null.</returns>
        private byte[]? ProvisionNext(ServiceConnection connection, string template, string serialNumber)
        {
            var json = new JsonWriter();
            json.StartObject();
            json.Member("certificateOwnershipToken", _record.Token);
            if (serialNumber.Length > 0)
            {
                json.StartObject("parameters");
                json.Member("SerialNumber", serialNumber);
                if (_options.Settings.Profile.Length > 0)
                {
                    json.Member("Profile", _options.Settings.Profile);
                }

                json.EndObject();
            }

            json.EndObject();
            byte[]? answer = connection.Request(CertificateTopics.Provision(template), json.ToBytes());
            if (answer == null)
            {
                string error = connection.Error;
                if (connection.IsRefused)
                {
                    // The service said no, and would again: the next try asks for another certificate.
                    IdentityRecord next = Copy();
                    next.DropNext();
                    Record(next);
                }

                Error = error;
            }

            return answer;
        }

        /// <summary>Connects with the next certificate; where that works, it is the one.</summary>
        private bool Try(string thing)
        {
            ServiceConnection connection = ServiceConnection.Open(_options, _record.NextCertificate, _record.NextPrivateKey, ClientId(thing));
            string error = connection.Error;
            IdentityRecord next = Copy();
            if (error.Length > 0)
            {
                connection.Close();
                if (connection.IsRefused)
                {
                    next.DropNext();
                    Record(next);
                }

                return Fail("the new certificate does not connect: " + error);
            }

            next.Certificate = next.NextCertificate;
            next.PrivateKey = next.NextPrivateKey;
            next.IsUnconfirmed = true;
            next.DropNext();
            bool done = Record(next) && Confirm(connection, thing);
            connection.Close();
            return done;
        }

        /// <summary>Tells the service that the present certificate is kept, so that the former may go.</summary>
        private bool Confirm(ServiceConnection? open, string thing)
        {
            ServiceConnection connection = open ?? ServiceConnection.Open(_options, _options.Certificate, _options.PrivateKey, ClientId(thing));
            Error = connection.Error;
            bool told = Error.Length == 0 && connection.Request(CertificateTopics.Confirm(thing), Encoding.UTF8.GetBytes("{}")) != null;
            if (open == null)
            {
                connection.Close();
            }

            if (!told)
            {
                return Fail(connection.Error);
            }

            IdentityRecord next = Copy();
            next.IsUnconfirmed = false;
            return Record(next);
        }
    }
}
