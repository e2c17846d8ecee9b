using System;
using System.Collections;
using System.IO;
using System.Text;
using nanoFramework.Json;
using NanoIoT.Device.Security;
using NanoIoT.Shared;

namespace DeviceTests
{
    /// <summary>
    /// Reads questions from <c>I:\questions.txt</c>, a line each, and writes an answer to the console for each. The asking
    /// test knows the right answers from .NET.
    /// </summary>
    public static class Program
    {
        /// <summary>The program.</summary>
        public static void Main()
        {
            string[] lines = File.ReadAllText("I:\\questions.txt").Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                string answer;
                try
                {
                    answer = Answer(lines[i].Split(' '));
                }
                catch (Exception exception)
                {
                    answer = "threw " + exception.GetType().FullName;
                }

                Console.WriteLine("answer " + i.ToString() + " " + answer);
            }

            Console.WriteLine("done");
        }

        private static string Answer(string[] question)
        {
            switch (question[0])
            {
                case "ecdsa":
                    return EcdsaP256.Verify(Hex.Decode(question[1])!, Hex.Decode(question[2])!, Hex.Decode(question[3])!) ? "true" : "false";
                case "sha256":
                    return Hex.Encode(Sha256.Hash(Hex.Decode(question.Length > 1 ? question[1] : string.Empty)!));
                case "gate":
                    return GateHash.Permyriad(question[1], question[2]).ToString() + " " + GateHash.SpreadSeconds(question[1], question[2], 600).ToString();
                case "version":
                    return SemanticVersion.Parse(question[1])!.CompareTo(SemanticVersion.Parse(question[2])!).ToString();
                case "utf8":
                    byte[] bytes = Hex.Decode(question[1])!;
                    return Encoding.UTF8.GetString(bytes, 0, bytes.Length);
                case "base64":
                    return Convert.FromBase64String(question[1]).Length.ToString();
                case "json":
                    return Describe(JsonConvert.DeserializeObject(question[1], typeof(Hashtable)));
                case "tojson":
                    return JsonConvert.SerializeObject(new Hashtable { { "a", 1 }, { "b", "x" } });
                case "entries":
                    int count = 0;
                    foreach (DictionaryEntry entry in new Hashtable { { "a", 1 }, { "b", 2 } })
                    {
                        count += (int)entry.Value;
                    }

                    return count.ToString();
                case "file":
                    return Files();
                default:
                    return "unknown question";
            }
        }

        private static string Files()
        {
            Directory.CreateDirectory("I:\\d");
            using (var stream = new FileStream("I:\\d\\f", FileMode.Create))
            {
                stream.Write(new byte[] { 1, 2, 3 }, 0, 3);
                stream.Flush();
                if (File.ReadAllBytes("I:\\d\\f").Length != 0)
                {
                    return "flush committed";
                }
            }

            File.WriteAllBytes("I:\\d\\g", new byte[1]);
            string move;
            try
            {
                File.Move("I:\\d\\f", "I:\\d\\g");
                move = "moved over a file";
            }
            catch (IOException)
            {
                move = "refused";
            }

            return File.ReadAllBytes("I:\\d\\f").Length.ToString() + " " + move + " " + Directory.GetFiles("I:\\d").Length.ToString();
        }

        private static string Describe(object value)
        {
            if (value == null)
            {
                return "null";
            }

            var table = value as Hashtable;
            if (table != null)
            {
                return "{" + Describe(table["a"]!) + "}";
            }

            var list = value as ArrayList;
            return list != null ? "[" + list.Count.ToString() + "]" : value.GetType().Name + ":" + value.ToString();
        }
    }
}
